import type { AnyApi } from '@eventstream/kafka-protocol';
import { type Filling, fill } from '../fit.ts';
import type { Script, Step } from '../script.ts';
import { readyTopic } from './ready.ts';

const zeroUuid = '00000000-0000-0000-0000-000000000000';
const someUuid = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const plain: Filling = { text: 'sample', whole: 0, flag: false, uuid: zeroUuid, length: 1 };

/** Requests that follow from the schema alone: what no client sends, and every broker must answer somehow. */
const fillings: Readonly<Record<string, Filling>> = {
  'nothing but zeros': plain,
  'nothing but ones': { ...plain, whole: 1, flag: true, uuid: someUuid },
  'nothing but minus ones': { ...plain, whole: -1 },
  'nulls where they may be': { ...plain, nulls: true },
  'empty lists': { ...plain, length: 0 },
  'every element twice': { ...plain, length: 2, uuid: someUuid },
  'empty texts': { ...plain, text: '' },
};

/** Ways in which bytes are no request, though they began as one. */
const bends: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
  'its last byte missing': (body) => body.subarray(0, -1),
  'a byte too many': (body) => Buffer.concat([body, Buffer.of(0)]),
};

/**
 * With acks=0 there would be no answer to compare; with no time at all, real brokers tell only that it was too short; and
 * the one broker there is must stay registered.
 */
function overrides(api: AnyApi): Readonly<Record<string, unknown>> {
  if (api.name === 'Produce') return { acks: 1 };
  if (api.name === 'UnregisterBroker') return { brokerId: 77 };
  return 'timeoutMs' in api.request.fields ? { timeoutMs: 5000 } : {};
}

/** What Kafka leaves without an answer, so that it is waited for once and not in every version. */
const unanswered: Readonly<Record<string, number>> = {
  'Produce nulls where they may be': 9,
  'AddPartitionsToTxn empty lists': 4,
  'AlterConfigs every element twice': 2,
};

function versionsOf(api: AnyApi, title: string): Pick<Step, 'versions'> {
  const only = unanswered[`${api.name} ${title}`];
  return only === undefined ? {} : { versions: only };
}

/** Every shape of every API given, in every version. */
export function shapes(apis: readonly AnyApi[]): Script {
  return { area: 'shapes', steps: [...readyTopic('sample'), ...apis.flatMap((api) => [...filled(api), ...bent(api)])] };
}

function filled(api: AnyApi): readonly Step[] {
  return Object.entries(fillings).map(([title, filling]) => ({
    api,
    title,
    ...versionsOf(api, title),
    request: ({ version }) => ({ ...fill(api.request.fields, version, filling), ...overrides(api) }),
  }));
}

function bent(api: AnyApi): readonly Step[] {
  return Object.entries(bends).map(([title, bend]) => ({
    api,
    title,
    request: ({ version }) => ({ ...fill(api.request.fields, version, plain), ...overrides(api) }),
    bend,
  }));
}
