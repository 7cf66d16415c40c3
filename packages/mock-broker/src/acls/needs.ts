import type { AnyApi, RequestOf, ResponseInput } from '@eventstream/kafka-protocol';
import type { RequestContext } from '../dispatch/context.ts';
import { type AclOperation, type AclResource, clusterName } from './acl.ts';
import type { Action } from './authorizer.ts';

/** Something a request needs to be allowed: one of these. The last one's resource names the error of a refusal. */
export type Need = readonly [Action, ...Action[]];

/** What stands in the way of a part of a request. */
export type ListNeeds = {
  /** The list in the request whose elements are allowed or not, one by one. */
  readonly list: string;
  /** The list in the answer in which refusals stand. */
  readonly answers: string;
  /** What an element needs; nothing when the handler finds out itself that it does not exist. */
  need(element: never, context: RequestContext, request: never): Need | undefined;
  /** The error of elements that are allowed beside one that is not, when all have to be. */
  readonly others?: 'OPERATION_NOT_ATTEMPTED';
};

/** What a request of one API needs. */
export type ApiNeeds = {
  /** All of these, or the whole request is refused. */
  whole?(request: never, version: number): readonly Need[];
  /** Of several, the one whose list is not empty. */
  readonly each?: readonly ListNeeds[];
  /** What is silently left out of a list of the answer. */
  readonly shown?: { readonly list: string; need(element: never): Need };
  /** The answer without what its reader may not see, where a list does not say it. */
  censor?(response: never, context: RequestContext, request: never): unknown;
};

/** Needs of an API, typed by its request. */
export type NeedsOf<Of extends AnyApi> = {
  whole?(request: RequestOf<Of>, version: number): readonly Need[];
  readonly each?: readonly (Omit<ListNeeds, 'list' | 'need'> & {
    readonly list: keyof RequestOf<Of> & string;
    // The element's type cannot be derived from the name of the list; the callers say what they need of it.
    need(element: never, context: RequestContext, request: RequestOf<Of>): Need | undefined;
  })[];
  readonly shown?: ApiNeeds['shown'];
  censor?(response: ResponseInput<Of>, context: RequestContext, request: RequestOf<Of>): ResponseInput<Of>;
};

/** Ties needs to a message. */
export function needsOf<Of extends AnyApi>(message: Of, needs: NeedsOf<Of>): readonly [string, ApiNeeds] {
  // The table holds needs of all APIs, which the pipeline looks up by the very message the request was decoded with.
  return [message.name, needs as ApiNeeds];
}

export function on(resource: AclResource, operation: AclOperation, name?: string): Need {
  return [name === undefined ? { operation, resource } : { operation, resource, name }];
}

export function onCluster(operation: AclOperation): Need {
  return on('cluster', operation, clusterName);
}

/** On a topic named or identified; an id nobody has is for the handler to answer. */
export function onTopic(
  { catalog }: RequestContext,
  operation: AclOperation,
  topic: { readonly name?: string | null; readonly id?: string },
): Need | undefined {
  const name = topic.name || (topic.id === undefined ? undefined : catalog.byId(topic.id)?.name);
  return name ? on('topic', operation, name) : undefined;
}
