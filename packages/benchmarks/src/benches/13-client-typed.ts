import { type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Goal, Row } from '../harness/row.ts';
import { eachBroker } from '../support/compare-clients.ts';

const load = { bytes: 100, events: 200_000 };

interface Costs {
  readonly serializing: number;
  readonly appending: number;
  readonly sending: number;
  readonly reading: number;
  readonly decoding: number;
  readonly handling: number;
}

type Part = { readonly what: string; readonly goal?: Goal; of(costs: Costs): number };

const event = `an event of ${load.bytes} B of JSON`;
/** The whole, and where it goes: what is left of it when client and serializer are taken away is the SDK. */
const parts: readonly Part[] = [
  { what: `\`send\` of ${event}, all in all`, of: ({ sending }) => sending },
  { what: `\`send\` of ${event}, of that the client: the same bytes and headers`, of: ({ appending }) => appending },
  { what: `\`send\` of ${event}, of that validation, JSON and headers`, of: ({ serializing }) => serializing },
  {
    what: `\`send\` of ${event}, of that the SDK`,
    of: ({ sending, appending, serializing }) => sending - appending - serializing,
    goal: { of: 'value', bound: 0.3 },
  },
  { what: `a handler's call for ${event}, all in all`, of: ({ handling }) => handling },
  { what: `a handler's call for ${event}, of that the client`, of: ({ reading }) => reading },
  { what: `a handler's call for ${event}, of that envelope, JSON and validation`, of: ({ decoding }) => decoding },
  {
    what: `a handler's call for ${event}, of that the SDK`,
    of: ({ handling, reading, decoding }) => handling - reading - decoding,
  },
];

/** What the typed producer and consumer add to the client, and what of it is the serializer. */
export const clientTyped: Benchmark = {
  name: 'client-typed',
  group: 'client',
  run: (context) =>
    eachBroker(context, async (place, brokers): Promise<readonly Row[]> => {
      const { costs } = await interleave(context, `client-typed on ${place}`, {
        costs: () => measureIn<Costs>('client-typed', { brokers, ...load }),
      });
      return parts.map(({ what, goal, of }) => ({
        benchmark: 'client-typed',
        what: `${what}, CPU, ${place}`,
        unit: 'µs',
        better: 'less',
        ours: { name: 'SDK on transport-kafka', values: costs.map(of) },
        ...(goal === undefined ? {} : { goal }),
      }));
    }),
};
