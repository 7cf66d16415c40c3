export { type BrokerFixtures, test } from './fixture.ts';
export { brokerMatchers, type ExpectedOffset, type ExpectedRecord } from './matchers.ts';
