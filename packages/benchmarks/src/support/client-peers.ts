import type { BenchContext, Part } from '../harness/context.ts';
import { measureIn } from '../harness/processes.ts';
import { lacking } from './broker-peers.ts';

/** The clients that programs of `src/children` can be told to use. */
export type NodeClient = 'ours' | 'kafkajs' | 'platformatic';

/** What a client has done with a load. */
export interface Worked {
  readonly perSecond: number;
  /** User and system time of the client's process. Not known of the Java client, whose tools do not tell it. */
  readonly cpuPerEvent?: number;
}

/** A client that is compared, and how it is made to do what is measured. */
export interface ClientSide {
  readonly name: string;
  readonly needs: readonly Part[];
  measure(brokers: string): Promise<Worked>;
}

const names: Readonly<Record<NodeClient, string>> = {
  ours: 'transport-kafka',
  kafkajs: 'kafkajs',
  platformatic: '@platformatic/kafka',
};

/** A client of Node, driven by a program of `src/children`. */
export function nodeSide(client: NodeClient, program: string, settings: object): ClientSide {
  return {
    name: names[client],
    needs: [],
    measure: (brokers) => measureIn<Worked>(program, { client, brokers, ...settings }),
  };
}

/** librdkafka, driven by a program of `python/`. */
export function librdkafkaSide(program: string, settings: object): ClientSide {
  return {
    name: 'librdkafka (Python)',
    needs: ['confluent-kafka'],
    measure: (brokers) => measureIn<Worked>(program, { brokers, ...settings }),
  };
}

/** Sides by whether this machine can measure them. */
export function divide(context: BenchContext, sides: readonly ClientSide[]) {
  const absent = sides.map((side) => [side, lacking(context, side.needs)] as const);
  return {
    present: absent.flatMap(([side, command]) => (command === undefined ? [side] : [])),
    absent: absent.flatMap(([{ name }, command]) => (command === undefined ? [] : [{ name, absent: command }])),
  };
}
