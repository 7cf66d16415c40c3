import type { FaultEffect, FaultStage } from './effect.ts';
import { describeEffect, stagesOf } from './effect.ts';
import type { FaultSelection } from './match.ts';

/**
 * A fault as data: what `rule.toJSON()` gives and `faults.add(…)` takes. JSON, unless it replies by a function.
 *
 * It strikes at the first stage its effect allows, from the first match on, once, and always, unless it says otherwise.
 */
export type FaultRuleData = FaultSelection & {
  /** Where on the way of the request. */
  readonly at?: FaultStage;
  /** Not before the nth match, counted from 1. */
  readonly nth?: number;
  /** The chance with which a match is struck, above 0 and up to 1; drawn from the cluster's seed. */
  readonly chance?: number;
  readonly effect: FaultEffect;
  readonly times?: number | 'always';
};

/** The stage at which the rule strikes. */
export function stageOf({ at, effect }: FaultRuleData): FaultStage {
  return at ?? stagesOf[effect.kind][0];
}

/** The calls that would place the rule. */
export function describeRule(data: FaultRuleData): string {
  const { api, node, topic, partition, group, transactionalId, client, version, at, nth, chance, times } = data;
  const parts = [`on('${api}')`];
  if (topic !== undefined) parts.push(`topic('${topic}'${partition === undefined ? '' : `, ${partition}`})`);
  if (group !== undefined) parts.push(`group('${group}')`);
  if (transactionalId !== undefined) parts.push(`transactionalId('${transactionalId}')`);
  if (node !== undefined) parts.push(`node(${node})`);
  if (client !== undefined) parts.push(`client('${client}')`);
  if (version !== undefined) parts.push(`version(${typeof version === 'number' ? version : version.join(', ')})`);
  if (nth !== undefined && nth > 1) parts.push(`nth(${nth})`);
  if (chance !== undefined) parts.push(`chance(${chance})`);
  if (at !== undefined) parts.push(`at('${at}')`);
  parts.push(describeEffect(data.effect));
  if (times === 'always') parts.push('always()');
  else if (times !== undefined && times > 1) parts.push(`times(${times})`);
  return parts.join('.');
}
