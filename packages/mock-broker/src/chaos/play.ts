import type { MockBroker } from '../broker.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { type ChaosAct, type ChaosSchedule, describeAct } from './schedule.ts';

/** Lets a schedule happen to a broker from now on; the function returned takes back what has not happened yet. */
export function playChaos(
  broker: MockBroker,
  { steps }: ChaosSchedule,
  { clock, note = () => undefined }: { readonly clock: Clock; readonly note?: (line: string) => void },
): () => void {
  const timers: Timer[] = [];
  for (const { at, act } of steps) {
    const happen = (): void => {
      note(`chaos: ${describeAct(act)}`);
      perform(broker, act, (ms, then) => void timers.push(clock.schedule(ms, then)));
    };
    timers.push(clock.schedule(at, happen));
  }
  return () => {
    for (const timer of timers) timer.cancel();
  };
}

function perform(broker: MockBroker, act: ChaosAct, later: (ms: number, then: () => void) => void): void {
  const isUp = (id: number): boolean => broker.nodes.some((node) => node.id === id && node.up);
  switch (act.kind) {
    case 'fault':
      broker.faults.add(act.rule);
      return;
    case 'move-leader':
      if (isUp(act.node)) broker.moveLeader(act.topic, act.partition, act.node);
      return;
    case 'move-coordinator':
      broker.moveCoordinator(act.key, act.node);
      return;
    case 'bump-epoch':
      broker.bumpLeaderEpoch(act.topic, act.partition);
      return;
    case 'crash':
      void broker.crashNode(act.node);
      later(act.forMs, () => void broker.startNode(act.node));
      return;
  }
}
