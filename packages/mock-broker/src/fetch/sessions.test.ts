import { expect, test } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { createRandom } from '../time/random.ts';
import { FetchSessions } from './sessions.ts';

const claim = (sessionId: number, sessionEpoch: number, nodeId = 1) => ({
  nodeId,
  sessionId,
  sessionEpoch,
  usesIds: true,
});
const nobody = claim(0, 0);

test('a node has room for a thousand, and for more once one has not been used for two minutes', () => {
  const clock = createManualClock();
  const sessions = new FetchSessions({ clock, random: createRandom(1) });
  const [first, second] = Array.from({ length: 1000 }, () => sessions.create(nobody)!);
  expect(sessions.create(nobody)).toBeUndefined();
  expect(sessions.create(claim(0, 0, 2))).toBeDefined();
  clock.advance(120_000);
  sessions.resume(claim(first!.id, 1));
  clock.advance(1);
  expect(sessions.create(nobody)).toBeDefined();
  expect(sessions.resume(claim(second!.id, 1))).toBe('FETCH_SESSION_ID_NOT_FOUND');
  expect(sessions.resume(claim(first!.id, 2))).toBe(first);
});

test('a node that goes down forgets its own', () => {
  const sessions = new FetchSessions({ clock: createManualClock(), random: createRandom(1) });
  const [one, other] = [sessions.create(nobody)!, sessions.create(claim(0, 0, 2))!];
  sessions.forgetNode(1);
  expect(sessions.resume(claim(one.id, 1))).toBe('FETCH_SESSION_ID_NOT_FOUND');
  expect(sessions.resume(claim(other.id, 1, 2))).toBe(other);
});

test('epochs wrap to 1, for 0 begins a session', () => {
  const sessions = new FetchSessions({ clock: createManualClock(), random: createRandom(1) });
  const session = sessions.create(nobody)!;
  session.epoch = 2 ** 31 - 1;
  sessions.resume(claim(session.id, 2 ** 31 - 1));
  expect(session.epoch).toBe(1);
});
