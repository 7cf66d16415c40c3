import { apiList, errorCodes } from '@eventstream/kafka-protocol';
import { MockBrokerError } from '../errors.ts';
import { type FaultEffect, stagesOf } from './effect.ts';
import { describeRule, type FaultRuleData, stageOf } from './rule-data.ts';

const apiNames = apiList.map(({ name }) => name);
const outcomes = ['disconnect', 'silence'];

/** Refuses a rule that could never do what it says. @throws MockBrokerError `INVALID_FAULT` */
export function checkRule(data: FaultRuleData): FaultRuleData {
  const { api, effect } = data;
  if (api !== '*' && !apiNames.includes(api)) throw unknown('API', api, apiNames);
  if (!Object.hasOwn(stagesOf, String(effect?.kind))) throw unknown('effect', effect?.kind, Object.keys(stagesOf));
  checkEffect(data, effect);
  checkCounts(data);
  checkPlace(data);
  return data;
}

function checkEffect(data: FaultRuleData, effect: FaultEffect): void {
  if (effect.kind === 'fail') checkError(effect.error, []);
  if (effect.kind === 'apply-then') checkError(effect.outcome, outcomes);
  const numbers = Object.entries({ ...effect, ...(effect.kind === 'corrupt' ? { byte: Math.abs(effect.byte) } : {}) });
  for (const [name, value] of numbers) {
    if (typeof value !== 'number' || (Number.isFinite(value) && value >= 0)) continue;
    throw invalid(data, `${name} is ${value}: give a number from 0 on`);
  }
}

function checkError(name: string, alternatives: readonly string[]): void {
  if (Object.hasOwn(errorCodes, name) || alternatives.includes(name)) return;
  throw unknown('error', name, [...alternatives, ...Object.keys(errorCodes)]);
}

function checkCounts(data: FaultRuleData): void {
  const { nth, times, chance } = data;
  if (nth !== undefined && !isCount(nth))
    throw invalid(data, `nth is ${nth}: matches are counted from 1, in whole numbers`);
  if (times !== undefined && times !== 'always' && !isCount(times)) {
    throw invalid(data, `times is ${times}: give a whole number from 1 on, or 'always'`);
  }
  if (chance !== undefined && !(chance > 0 && chance <= 1)) {
    throw invalid(data, `chance is ${chance}: give a number above 0 and up to 1`);
  }
}

function checkPlace(data: FaultRuleData): void {
  const { effect, partition, topic, version } = data;
  const stage = stageOf(data);
  const possible: readonly string[] = stagesOf[effect.kind];
  if (!possible.includes(stage)) {
    throw invalid(data, `${effect.kind} cannot strike at '${stage}': it can at ${possible.join(', ')}`);
  }
  if (partition !== undefined && topic === undefined) {
    throw invalid(data, `partition ${partition} is of no topic: name the topic too`);
  }
  if (Array.isArray(version) && version[0] > version[1]) {
    throw invalid(data, `versions ${version[0]} to ${version[1]} are none: give the lower one first`);
  }
  const { group, transactionalId } = data;
  const needsBody = [topic, group, transactionalId].some((one) => one !== undefined);
  if (stage === 'frame' && needsBody) {
    const known = 'API, version, node and client are known then';
    throw invalid(data, `at 'frame' nothing is decoded yet: ${known}, topics, groups and transactional ids are not`);
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function invalid(data: FaultRuleData, complaint: string): MockBrokerError {
  const rule = describeRule(data);
  return new MockBrokerError('INVALID_FAULT', `The fault ${rule} cannot be placed: ${complaint}.`, { rule });
}

function unknown(what: string, name: unknown, known: readonly string[]): MockBrokerError {
  const near = nearest(String(name), known);
  const advice = near ? `did you mean "${near}"?` : `names look like "${known[0]}".`;
  return new MockBrokerError('INVALID_FAULT', `There is no ${what} "${name}": ${advice}`, { [what]: String(name) });
}

/** The known name with the smallest number of edits, if that is a small one. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.edits - other.edits);
  const [best] = ranked;
  return best && best.edits <= Math.max(2, name.length / 3) ? best.candidate : undefined;
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 0; at < one.length; at += 1) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to += 1) {
      const replaced = row[to]! + (one[at] === other[to] ? 0 : 1);
      next.push(Math.min(replaced, row[to + 1]! + 1, next[to]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
