import { type Benchmark, interleave } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import type { Goal, Row } from '../harness/row.ts';
import { mockBroker } from '../support/brokers.ts';

interface Start {
  readonly importMs: number;
  readonly idleMB: number;
}

type Shown = { readonly what: string; readonly unit: string; readonly goal: Goal };

const figures: Readonly<Record<keyof Start, Shown>> = {
  importMs: { what: 'the import of the package', unit: 'ms', goal: { of: 'value', bound: 30 } },
  idleMB: {
    what: 'import and connect, what resident memory grows by',
    unit: 'MB',
    goal: { of: 'value', bound: 10 },
  },
};

/** What a process pays for a client before it does anything. */
export const clientStart: Benchmark = {
  name: 'client-start',
  group: 'client',
  async run(context): Promise<readonly Row[]> {
    await using broker = await mockBroker(1);
    const { brokers } = broker.ready;
    const start = (client: string) => () => measureIn<Start>('client-start', { client, brokers });
    const told = await interleave(context, 'client-start', {
      ours: start('ours'),
      platformatic: start('platformatic'),
      kafkajs: start('kafkajs'),
    });
    return (Object.keys(figures) as (keyof Start)[]).flatMap((name) =>
      (['platformatic', 'kafkajs'] as const).map((peer, at) => {
        const { goal, ...shown } = figures[name];
        const side = (client: 'ours' | typeof peer, label: string) => ({
          name: label,
          values: told[client].map((one) => one[name]),
        });
        return {
          benchmark: 'client-start',
          ...shown,
          better: 'less' as const,
          ours: side('ours', 'transport-kafka'),
          peer: side(peer, peer === 'platformatic' ? '@platformatic/kafka' : peer),
          ...(at === 0 ? { goal } : {}),
        };
      }),
    );
  },
};
