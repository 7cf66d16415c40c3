import type { Fields, InputOf, ValueOf } from './infer.ts';
import { Message } from './message.ts';
import { noVersions, parseRange, spans, type VersionRange, type VersionSpan } from './version-range.ts';

/** An API as its file declares it. */
export interface ApiDeclaration<Name extends string, Request extends Fields, Response extends Fields> {
  readonly key: number;
  readonly name: Name;
  /** The versions both sides of the wire still use. */
  readonly versions: VersionRange;
  /** The versions with compact lengths and tagged fields (KIP-482). Default: none. */
  readonly flexible?: VersionRange;
  /** Set where the response header never becomes flexible; only ApiVersions (KIP-511) does that. */
  readonly responseHeader?: 0;
  readonly request: Request;
  readonly response: Response;
}

/** One API of the protocol: a request and its response, in all versions. */
export interface Api<Name extends string = string, Request extends Fields = Fields, Response extends Fields = Fields> {
  readonly key: number;
  readonly name: Name;
  readonly versions: VersionSpan;
  readonly flexible: VersionSpan;
  readonly responseHeader: 0 | undefined;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

/** An API whose types do not matter, as a registry holds it. */
export type AnyApi = Api;

/** What decoding a request gives: every field; those its version lacks hold their defaults. */
export type RequestOf<Of extends AnyApi> = ValueOf<Of['request']['fields']>;

/** What decoding a response gives. */
export type ResponseOf<Of extends AnyApi> = ValueOf<Of['response']['fields']>;

/** What encoding a request takes: fields with a default, or absent from some version, may be left out. */
export type RequestInput<Of extends AnyApi> = InputOf<Of['request']['fields']>;

/** What encoding a response takes. */
export type ResponseInput<Of extends AnyApi> = InputOf<Of['response']['fields']>;

/** Turns a declaration into an API. */
export function api<const Name extends string, Request extends Fields, Response extends Fields>(
  declared: ApiDeclaration<Name, Request, Response>,
): Api<Name, Request, Response> {
  const { key, name } = declared;
  const versions = parseRange(declared.versions);
  const flexible = declared.flexible === undefined ? noVersions : parseRange(declared.flexible);
  return {
    key,
    name,
    versions,
    flexible,
    responseHeader: declared.responseHeader,
    request: new Message({ name: `${name} request`, versions, flexible }, declared.request),
    response: new Message({ name: `${name} response`, versions, flexible }, declared.response),
  };
}

/** Whether an API has this version. */
export function supportsVersion({ versions }: AnyApi, version: number): boolean {
  return Number.isInteger(version) && spans(versions, version);
}
