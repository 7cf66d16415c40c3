export { type BrokerFixtures, test } from './fixture.ts';
