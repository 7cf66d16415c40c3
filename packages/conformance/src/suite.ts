import { afterAll, beforeAll, describe } from 'vitest';
import { crashCases } from './cases/crash.ts';
import { eventCases } from './cases/events.ts';
import { bareKafkajsCases, failoverCases } from './cases/failover.ts';
import { groupCases } from './cases/groups.ts';
import { producingCases } from './cases/port.ts';
import type { Backend, Running } from './support/backend.ts';
import { casesFor } from './support/lab.ts';

/** Registers every case of the suite for one backend. The same cases, whatever stands behind the port. */
export function conformance(backend: Backend): void {
  describe(backend.name, () => {
    let running: Running | undefined;
    beforeAll(async () => {
      running = await backend.start();
    }, 120_000);
    afterAll(() => running?.stop(), 60_000);
    const one = casesFor(backend, () => running as Running);
    describe('producing', () => producingCases(one));
    describe('groups', () => groupCases(one));
    describe('events', () => eventCases(one));
    describe('crashes', () => crashCases(one));
    describe('fail-over', () => failoverCases(one));
    if (backend.driver === 'kafkajs') describe('bare kafkajs', () => bareKafkajsCases(one));
  });
}
