import { type ApiName, type ErrorName, errorCodes, messages } from '@eventstream/kafka-protocol';
import type { MockBroker } from '../broker.ts';
import { HttpProblem } from './http-problem.ts';
import { tellRecord } from './json.ts';
import type { Query } from './query.ts';

/** What the server may ask of a broker: to look, and nothing else. */
export type Inspected = Pick<
  MockBroker,
  | 'bootstrapServers'
  | 'nodes'
  | 'topics'
  | 'topic'
  | 'groups'
  | 'group'
  | 'transactions'
  | 'transaction'
  | 'connections'
  | 'requests'
  | 'faults'
  | 'witness'
  | 'on'
>;

/** A place that answers with JSON. `:name` in its path stands for one segment. */
export type Route = {
  readonly path: string;
  readonly tells: string;
  readonly query: readonly string[];
  readonly answer: (broker: Inspected, asked: { readonly name: string; readonly query: Query }) => unknown;
};

const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1000;
const apiNames = Object.values(messages).map(({ name }) => name as ApiName);
const errorNames = Object.keys(errorCodes) as ErrorName[];

/** All places but the index and the live events. */
export const routes: readonly Route[] = [
  {
    path: '/cluster',
    tells: 'nodes and their addresses',
    query: [],
    answer: ({ bootstrapServers, nodes }) => ({ bootstrapServers, nodes }),
  },
  {
    path: '/topics',
    tells: 'all topics with leaders, offsets and sizes',
    query: [],
    answer: (broker) => broker.topics.map((name) => broker.topic(name)),
  },
  { path: '/topics/:name', tells: 'one topic', query: [], answer: (broker, { name }) => broker.topic(name) },
  {
    path: '/topics/:name/records',
    tells: 'its records, decoded; bytes that are no text as base64',
    query: ['partition', 'from', 'limit', 'isolation'],
    answer: records,
  },
  {
    path: '/groups',
    tells: 'all groups with members, assignments, offsets and lag',
    query: [],
    answer: (broker) => broker.groups.map((id) => broker.group(id)),
  },
  {
    path: '/groups/:name',
    tells: 'one group',
    query: [],
    answer: (broker, { name }) => known(broker.group(name), `group "${name}"`, broker.groups),
  },
  {
    path: '/transactions',
    tells: 'all transactional ids and what their transactions have touched',
    query: [],
    answer: (broker) => broker.transactions.map((id) => broker.transaction(id)),
  },
  {
    path: '/transactions/:name',
    tells: 'one transactional id',
    query: [],
    answer: (broker, { name }) => known(broker.transaction(name), `transactional id "${name}"`, broker.transactions),
  },
  { path: '/connections', tells: 'who is connected', query: [], answer: (broker) => broker.connections() },
  {
    path: '/requests',
    tells: 'the last requests, oldest first',
    query: ['api', 'client', 'node', 'error', 'limit'],
    answer: requests,
  },
  {
    path: '/faults',
    tells: 'fault rules, and the last that fired',
    query: [],
    answer: ({ faults }) => ({
      rules: faults.rules().map((rule) => ({ rule: String(rule), fired: rule.fired })),
      fired: faults.history().slice(-HIGHEST_LIMIT),
    }),
  },
  { path: '/findings', tells: 'what the witness objects to', query: [], answer: ({ witness }) => witness.findings() },
];

async function records(broker: Inspected, { name, query }: { readonly name: string; readonly query: Query }) {
  const topic = broker.topic(name);
  const partition = query.whole('partition');
  if (partition !== undefined && !topic.partitions[partition]) {
    throw new HttpProblem(404, `Topic "${name}" has no partition ${partition}: it has ${topic.partitions.length}.`);
  }
  const wish = {
    from: query.whole('from') ?? 0,
    limit: query.whole('limit', HIGHEST_LIMIT) ?? DEFAULT_LIMIT,
    isolation: query.word('isolation', ['uncommitted', 'committed']) ?? 'uncommitted',
    ...(partition === undefined ? {} : { partition }),
  };
  return (await topic.records(wish)).map(tellRecord);
}

function requests(broker: Inspected, { query }: { readonly query: Query }) {
  const client = query.text('client');
  const [api, error] = [query.word('api', apiNames), query.word('error', errorNames)];
  const node = query.whole('node');
  const limit = query.whole('limit', HIGHEST_LIMIT) ?? DEFAULT_LIMIT;
  return broker.requests({
    limit,
    ...(client === undefined ? {} : { client }),
    ...(api === undefined ? {} : { api }),
    ...(error === undefined ? {} : { error }),
    ...(node === undefined ? {} : { node }),
  });
}

function known<Value>(value: Value | undefined, what: string, all: readonly string[]): Value {
  if (value !== undefined) return value;
  throw new HttpProblem(404, `There is no ${what}. There are: ${all.join(', ') || 'none'}.`);
}
