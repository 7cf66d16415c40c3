import { type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Goal, Row } from '../harness/row.ts';
import { eachBroker } from '../support/compare-clients.ts';

const load = { bytes: 100, events: 200_000 };

const measured = ['serializing', 'appending', 'appendingEach', 'sending', 'reading', 'decoding', 'handling'] as const;
type Costs = Readonly<Record<(typeof measured)[number], number>>;
type Part = { readonly what: string; readonly goal?: Goal; of(costs: Costs): number };

const event = `an event of ${load.bytes} B of JSON`;
const goal: Goal = { of: 'value', bound: 0.3 };
/** The whole, and where it goes: what is left of it when client and serializer are taken away is the SDK. */
const parts: readonly Part[] = [
  { what: `\`send\` of ${event}, all in all`, of: ({ sending }) => sending },
  {
    what: `\`send\` of ${event}, of that the client: the same bytes again and again`,
    of: ({ appending }) => appending,
  },
  { what: `\`send\` of ${event}, of that validation, JSON and headers`, of: ({ serializing }) => serializing },
  {
    what: `\`send\` of ${event}, both together: each validated, serialized, appended`,
    of: ({ appendingEach }) => appendingEach,
  },
  {
    what: `\`send\` of ${event}, of that the SDK, beside both together`,
    of: ({ sending, appendingEach }) => sending - appendingEach,
    goal,
  },
  {
    what: `\`send\` of ${event}, of that the SDK, beside the sum of both`,
    of: ({ sending, appending, serializing }) => sending - appending - serializing,
    goal,
  },
  { what: `a handler's call for ${event}, all in all`, of: ({ handling }) => handling },
  { what: `a handler's call for ${event}, of that the client`, of: ({ reading }) => reading },
  {
    what: `a handler's call for ${event}, of that envelope, JSON and validation`,
    of: ({ decoding, reading }) => decoding - reading,
  },
  {
    what: `a handler's call for ${event}, of that the SDK`,
    of: ({ handling, decoding }) => handling - decoding,
    goal,
  },
];

/** What the typed producer and consumer add to the client, and what of it is the serializer. */
export const clientTyped: Benchmark = {
  name: 'client-typed',
  group: 'client',
  run: (context) =>
    eachBroker(context, async (place, brokers): Promise<readonly Row[]> => {
      const rounds = await interleave(
        context,
        `client-typed on ${place}`,
        Object.fromEntries(
          measured.map((part) => [part, () => measureIn<{ cost: number }>('client-typed', { brokers, ...load, part })]),
        ) as Record<(typeof measured)[number], () => Promise<{ cost: number }>>,
      );
      const costs = rounds.sending.map((_, round) => costsOf(rounds, round));
      return parts.map(({ what, goal: bound, of }) => ({
        benchmark: 'client-typed',
        what: `${what}, CPU, ${place}`,
        unit: 'µs',
        better: 'less',
        ours: { name: 'SDK on transport-kafka', values: costs.map(of) },
        ...(bound === undefined ? {} : { goal: bound }),
      }));
    }),
};

/** What every part cost in one round. A round is always whole. */
function costsOf(rounds: Readonly<Record<keyof Costs, readonly { readonly cost: number }[]>>, round: number): Costs {
  return Object.fromEntries(
    measured.map((part) => [part, (rounds[part][round] as { readonly cost: number }).cost]),
  ) as Costs;
}
