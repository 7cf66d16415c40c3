import type { FaultRuleData } from '../faults/rule-data.ts';
import { describeRule } from '../faults/rule-data.ts';

/** One misfortune: a fault placed, or something that happens to the cluster. */
export type ChaosAct =
  | { readonly kind: 'fault'; readonly rule: FaultRuleData }
  | { readonly kind: 'move-leader'; readonly topic: string; readonly partition: number; readonly node: number }
  | { readonly kind: 'move-coordinator'; readonly key: string; readonly node: number }
  | { readonly kind: 'bump-epoch'; readonly topic: string; readonly partition: number }
  | { readonly kind: 'crash'; readonly node: number; readonly forMs: number };

/** What happens, and how many ms after the beginning. */
export type ChaosStep = { readonly at: number; readonly act: ChaosAct };

/** A reproducible series of misfortunes, in order of time. It is JSON; {@link describeSchedule} prints it. */
export type ChaosSchedule = { readonly seed: number; readonly steps: readonly ChaosStep[] };

/** The schedule as it stands in reports, a line for each step. */
export function describeSchedule({ steps }: ChaosSchedule): string {
  return steps.map(({ at, act }) => `  +${at}ms ${describeAct(act)}`).join('\n') || '  nothing';
}

/** The call that would do it. */
export function describeAct(act: ChaosAct): string {
  switch (act.kind) {
    case 'fault':
      return `faults.${describeRule(act.rule)}`;
    case 'move-leader':
      return `moveLeader('${act.topic}', ${act.partition}, ${act.node})`;
    case 'move-coordinator':
      return `moveCoordinator('${act.key}', ${act.node})`;
    case 'bump-epoch':
      return `bumpLeaderEpoch('${act.topic}', ${act.partition})`;
    case 'crash':
      return `crashNode(${act.node}), startNode(${act.node}) ${act.forMs} ms later`;
  }
}
