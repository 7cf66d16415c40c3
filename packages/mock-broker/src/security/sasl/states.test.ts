import { expect, test } from 'vitest';
import { MockBrokerError } from '../../errors.ts';
import { moveSasl, type SaslEvent, type SaslState, saslMoves } from './states.ts';

const states = Object.keys(saslMoves) as SaslState[];
const events: SaslEvent[] = ['versions', 'handshake', 'bare-handshake', 'token', 'request', 'accept', 'refuse', 'cut'];
const every = states.flatMap((from) => events.map((event) => [from, event, saslMoves[from][event]] as const));
const legal = every.filter(([, , to]) => to !== undefined);
const illegal = every.filter(([, , to]) => to === undefined);

test.each(legal)('%s takes %s', (from, event, to) => {
  expect(moveSasl(from, event)).toBe(to);
});

test.each(illegal)('%s does not take %s', (from, event) => {
  expect(() => moveSasl(from, event)).toThrow(MockBrokerError);
  expect(() => moveSasl(from, event)).toThrow(`A SASL connection that is ${from} cannot take "${event}".`);
});

test('nothing leads out of an ended connection, and into authenticated only what was accepted', () => {
  expect(saslMoves.failed).toEqual({});
  expect(saslMoves.cut).toEqual({});
  const into = legal.filter(([from, , to]) => to === 'authenticated' && from !== 'authenticated');
  expect(new Set(into.map(([, event]) => event))).toEqual(new Set(['accept']));
});
