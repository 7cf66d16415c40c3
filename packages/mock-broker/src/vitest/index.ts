export { type BrokerFixtures, type BrokerTestOptions, brokerTest, test } from './fixture.ts';
export { brokerMatchers, type ExpectedOffset, type ExpectedRecord } from './matchers.ts';
