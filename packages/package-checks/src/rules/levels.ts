/** Where each published package stands. Imports go down only: a package may import what stands lower, nothing beside it. */
export const packageLevels: Readonly<Record<string, number>> = {
  '@eventstream/core': 0,
  '@eventstream/kafka-protocol': 0,
  '@eventstream/contracts': 1,
  '@eventstream/transport-kafkajs': 1,
  '@eventstream/transport-platformatic': 1,
  '@eventstream/transport-kafka': 1,
  '@eventstream/spool': 1,
  '@eventstream/transport-rabbitmq': 1,
  '@eventstream/transport-pubsub': 1,
  '@eventstream/transport-pulsar': 1,
  '@eventstream/producer': 2,
  '@eventstream/consumer': 2,
  '@eventstream/tracker': 2,
  '@eventstream/opentelemetry': 2,
  '@eventstream/mock-broker': 2,
  '@eventstream/schema-registry': 2,
  '@eventstream/privacy': 2,
  '@eventstream/collector': 3,
  '@eventstream/cli': 3,
  '@eventstream/streams': 3,
  '@eventstream/mqtt-bridge': 3,
};

/** Apps that other apps may import: what a team would put into a package that its services share. */
export const sharedApps: readonly string[] = ['@eventstream-apps/shop-contracts'];

/** Apps that put other apps together, as a deployment would: the only ones that may import any of them. */
export const composingApps: readonly string[] = ['@eventstream-apps/local-stack'];

/** Vendors that a single package may name, so that changing a driver touches one package. */
export const vendorHomes: Readonly<Record<string, string>> = {
  kafkajs: '@eventstream/transport-kafkajs',
  '@platformatic/kafka': '@eventstream/transport-platformatic',
};

/** The only files outside its own folder that a package may reach by path: the presets its tools read. */
export const sharedPresets: readonly string[] = ['packages/tooling/tsup.ts', 'packages/tooling/vitest.config.ts'];

/** Packages made for tests: the tests of every package may use them, whatever their level. */
export const testDoubles: readonly string[] = ['@eventstream/mock-broker'];
