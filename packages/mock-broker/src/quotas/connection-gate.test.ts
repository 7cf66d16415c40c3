import { expect, test } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { BrokerConfigs } from '../topics/broker-configs.ts';
import { ConnectionGate } from './connection-gate.ts';
import type { QuotaOptions } from './entity.ts';
import { Quotas } from './quotas.ts';

function gateWith(given: Record<string, string>, quotas: readonly QuotaOptions[] = []) {
  const clock = createManualClock();
  const configs = new BrokerConfigs(given);
  return { clock, configs, gate: new ConnectionGate({ configs, clock, quotas: new Quotas(quotas, clock) }) };
}

test('an address has so many connections, and another one its own', () => {
  const { gate } = gateWith({ 'max.connections.per.ip': '2', 'max.connections.per.ip.overrides': '10.0.0.9:0,::1:1' });
  expect(['10.0.0.1', '10.0.0.1', '10.0.0.1'].map((ip) => gate.arrive(ip))).toEqual(['enter', 'enter', 'refuse']);
  expect(['10.0.0.2', '10.0.0.9', '::1', '::1'].map((ip) => gate.arrive(ip))).toEqual([
    'enter',
    'refuse',
    'enter',
    'refuse',
  ]);
  gate.leave('10.0.0.1');
  expect(gate.arrive('10.0.0.1')).toBe('enter');
});

test('who comes to a full node waits, and comes in by turn when somebody leaves', () => {
  const { gate } = gateWith({ 'max.connections': '1' });
  expect(gate.arrive('a')).toBe('enter');
  const entered: string[] = [];
  for (const [name, isGone] of [
    ['b', true],
    ['c', false],
    ['d', false],
  ] as const) {
    expect(gate.arrive(name)).toBe('queue');
    gate.whenLeft(() => {
      if (!isGone && gate.arrive(name) === 'enter') entered.push(name);
    });
  }
  gate.leave('a');
  expect(entered, 'b has hung up, so the place is for c').toEqual(['c']);
  gate.leave('c');
  expect(entered).toEqual(['c', 'd']);
});

test('an address that connects too often is refused, a second late at most, and pays nothing for it', () => {
  const { clock, gate } = gateWith({}, [
    { ip: null, connectionCreationRate: 1 },
    { ip: 'fast', connectionCreationRate: 5 },
  ]);
  const arrivals = (ip: string, count: number) => Array.from({ length: count }, () => gate.arrive(ip));
  expect(arrivals('slow', 10)).toEqual(Array(10).fill('enter'));
  expect(arrivals('slow', 3)).toEqual(Array(3).fill({ refuseAfterMs: 1000 }));
  expect(arrivals('fast', 50)).toEqual(Array(50).fill('enter'));
  clock.advance(11_000);
  expect(gate.arrive('slow')).toBe('enter');
});
