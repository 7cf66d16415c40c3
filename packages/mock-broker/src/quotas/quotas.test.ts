import { expect, test } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import type { QuotaOptions } from './entity.ts';
import { Quotas } from './quotas.ts';

const rate = 'producer_byte_rate';
const payer = { user: 'alice', clientId: 'app' };

/** The quotas from the most specific one on; the rest is looked at only without those before. */
const ranked: QuotaOptions[] = [
  { user: 'alice', clientId: 'app' },
  { user: 'alice', clientId: null },
  { user: 'alice' },
  { user: null, clientId: 'app' },
  { user: null, clientId: null },
  { user: null },
  { clientId: 'app' },
  { clientId: null },
];

test.each(ranked.map((entity, at) => [entity, ranked.slice(at + 1)] as const))('%j comes before %j', (entity, rest) => {
  const generous = rest.map((other) => ({ ...other, producerByteRate: 1e9 }));
  const quotas = new Quotas([{ ...entity, producerByteRate: 1 }, ...generous], createManualClock());
  expect(quotas.charge(rate, payer, 1000)).toBeGreaterThan(0);
  const others = new Quotas([...generous, { user: 'bob', producerByteRate: 1 }], createManualClock());
  expect(others.charge(rate, payer, 1000)).toBe(0);
});

test('clients of a user pay from the user’s purse; users of a default each have their own', () => {
  const shared = new Quotas([{ user: 'alice', producerByteRate: 100 }], createManualClock());
  expect(shared.charge(rate, payer, 1000)).toBe(0);
  expect(shared.charge(rate, { user: 'alice', clientId: 'other' }, 1000)).toBeGreaterThan(0);
  const each = new Quotas([{ user: null, producerByteRate: 100 }], createManualClock());
  expect(each.charge(rate, payer, 1000)).toBe(0);
  expect(each.charge(rate, { user: 'bob', clientId: 'app' }, 1000)).toBe(0);
});

test('producing is not charged to fetching', () => {
  const quotas = new Quotas([{ user: 'alice', consumerByteRate: 1 }], createManualClock());
  expect(quotas.charge(rate, payer, 1000)).toBe(0);
  expect(quotas.charge('consumer_byte_rate', payer, 1000)).toBeGreaterThan(0);
});
