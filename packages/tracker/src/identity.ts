import { uuidv7 } from './ids.ts';
import type { Store } from './store.ts';

/** A session ends after 30 minutes without an event. */
const IDLE_MS = 1_800_000;

/** The time of the last event is stored this coarsely, so that a burst costs one write. */
const TOUCH_MS = 10_000;

/** This browser's visitor, shared by its tabs; a new one is stored. */
export function visitorOf(store: Store, now: number): string {
  let visitor = store.get('es:visitor');
  if (!visitor) {
    visitor = uuidv7(now);
    store.set('es:visitor', visitor);
  }
  return visitor;
}

/** The session at that time, shared by this browser's tabs; asking keeps it alive. */
export function sessionOf(store: Store, now: number): string {
  const [last, time] = (store.get('es:session') ?? '').split(' ');
  const idle = now - Number(time);
  // Written so that a first visit, whose idle time is NaN, starts a session too.
  const session = last && idle <= IDLE_MS ? last : uuidv7(now);
  if (session !== last || idle > TOUCH_MS) store.set('es:session', `${session} ${now}`);
  return session;
}
