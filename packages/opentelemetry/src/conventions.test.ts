import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EventstreamError } from '@eventstream/core';
import type { Attributes } from '@opentelemetry/api';
import * as registry from '@opentelemetry/semantic-conventions/incubating';
import { beforeAll, describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { handlingOf, type Observed, observe, sendingOf, traceparentOf } from '../test/harness.ts';
import { keys, metricTable, operationTypes, ownKeys, schemaUrl, scope, system } from './semconv.ts';

const dist = dirname(createRequire(import.meta.url).resolve('@opentelemetry/semantic-conventions/incubating'));
const declarations = ['experimental_attributes', 'experimental_metrics', 'stable_attributes']
  .map((name) => readFileSync(join(dist, `${name}.d.mts`), 'utf8'))
  .join('\n');

/** The string values of every published constant with a prefix whose comment has no `@deprecated`. */
function published(prefix: string): ReadonlySet<string> {
  const pattern = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*declare const (\w+): "([^"]+)";/g;
  const current = [...declarations.matchAll(pattern)].filter(([, comment]) => !comment?.includes('@deprecated'));
  return new Set(current.filter(([, , name]) => name?.startsWith(prefix)).map(([, , , value]) => value as string));
}

const attributes = published('ATTR_');
const own = new Set<string>(Object.values(ownKeys));

/** What is wrong with an attribute, or nothing. */
function violation(key: string, value: unknown): string | undefined {
  if (!own.has(key) && !attributes.has(key)) return `${key} is not in the registry`;
  const type = pinnedTypes[key];
  if (type === undefined) return `${key} has no pinned type`;
  const is = typeof value === 'number' && type === 'int' && Number.isInteger(value) ? 'int' : typeof value;
  return is === type ? undefined : `${key} is ${is}, not ${type}`;
}

const pinnedTypes: Readonly<Record<string, string>> = {
  'messaging.system.name': 'string',
  'messaging.operation.name': 'string',
  'messaging.operation.type': 'string',
  'messaging.destination.name': 'string',
  'messaging.destination.partition.id': 'string',
  'messaging.consumer.group.name': 'string',
  'messaging.message.id': 'string',
  'messaging.batch.message_count': 'int',
  'kafka.message.key': 'string',
  'kafka.offset': 'int',
  'cloudevents.event_type': 'string',
  'error.type': 'string',
  'exception.type': 'string',
  'exception.message': 'string',
  'exception.stacktrace': 'string',
  'eventstream.settlement': 'string',
  'eventstream.handler.attempts': 'int',
  'eventstream.dead_letter.topic': 'string',
  'eventstream.stale': 'boolean',
  'eventstream.send.attempts': 'int',
  'eventstream.send.failed': 'int',
  'eventstream.links.dropped': 'int',
  'eventstream.key.hash': 'string',
  'eventstream.retry.attempt': 'int',
  'eventstream.retry.delay': 'number',
};

const failure = new EventstreamError('timeout', { message: 'Late.', facts: { operation: 'send', timeoutMs: 1 } });

/** Everything the instrumentation can say, said. */
async function sayEverything(captureKey: 'hash' | true): Promise<Observed> {
  const telemetry = observe({ captureKey, maxLinks: 1, commitSpans: true });
  const supplied = [1, 2, 3].map((number) =>
    sendingOf({ id: `s${number}`, traceSupplied: true, trace: { traceparent: traceparentOf(number) } }),
  );
  await Promise.all(supplied.map((sending) => telemetry.send(sending, { attempts: 2 })));
  const [one, two] = [sendingOf(), sendingOf()];
  for (const sending of [one, two]) telemetry.hub.publish('producer.sending', sending);
  telemetry.hub.publish('producer.failed', { sending: one, error: failure, durationMs: 1 });
  telemetry.hub.publish('producer.sent', { sending: two, offset: 3, attempts: 3, durationMs: 1 });
  await telemetry.send(sendingOf());
  const handling = handlingOf({ trace: { traceparent: traceparentOf(9) } });
  telemetry.hub.publish('consumer.received', { ...handling, records: 1, lag: 3 });
  telemetry.hub.publish('consumer.handling', handling);
  telemetry.hub.publish('consumer.retrying', { handling, attempt: 1, delayMs: 250, error: failure });
  telemetry.hub.publish('consumer.dead-lettered', { ...handling, reason: 'x', deadLetterTopic: 'dead' });
  await telemetry.handle(handling, undefined, { settlement: 'dead-lettered', attempts: 2, error: failure });
  const stale = handlingOf({ offset: 77 });
  telemetry.hub.publish('consumer.handling', stale);
  telemetry.hub.publish('consumer.stale', { ...stale, epoch: 1 });
  telemetry.hub.publish('consumer.committed', { ...handling, durationMs: 5 });
  telemetry.hub.publish('consumer.commit-failed', { group: 'billing', error: failure });
  return telemetry;
}

function spanAttributes(telemetry: Observed): Attributes[] {
  return telemetry
    .spans()
    .flatMap((span) => [
      span.attributes,
      ...span.links.map((link) => link.attributes ?? {}),
      ...span.events.map((event) => event.attributes ?? {}),
    ]);
}

describe('everything that is emitted', () => {
  let emitted: (readonly [string, unknown])[];
  beforeAll(async () => {
    const said = [await sayEverything('hash'), await sayEverything(true)];
    const measured = (await Promise.all(said.map((telemetry) => telemetry.metrics()))).flat();
    const onMetrics = measured.flatMap((metric) => metric.dataPoints.map((point) => point.attributes));
    emitted = [...said.flatMap(spanAttributes), ...onMetrics].flatMap((each) => Object.entries(each));
  });

  test('is in the registry, not deprecated, and of its type', () => {
    expect(emitted.map(([key, value]) => violation(key, value)).filter((each) => each !== undefined)).toEqual([]);
  });

  test('is all that the tables list, so that no line of them goes unchecked', () => {
    const used = new Set(emitted.map(([key]) => key));
    expect([...Object.values(keys), ...Object.values(ownKeys)].filter((key) => !used.has(key))).toEqual([]);
  });
});

describe('the check itself', () => {
  test.each([
    ['messaging.system', 'kafka', 'not in the registry'],
    ['messaging.kafka.offset', 42, 'not in the registry'],
    ['messaging.made.up', 'x', 'not in the registry'],
    ['kafka.offset', '42', 'is string, not int'],
    ['messaging.destination.partition.id', 3, 'is number, not string'],
  ])('finds %s = %o wrong', (key, value, reason) => {
    expect(violation(key, value)).toContain(reason);
  });
});

describe('the tables', () => {
  test('are those of the published package', () => {
    expect(attributes.size).toBeGreaterThan(500);
    for (const key of Object.values(keys)) expect(attributes).toContain(key);
    for (const key of own) expect(key).toMatch(/^eventstream\.[a-z_.]+$/);
    for (const { name } of Object.values(metricTable)) expect(published('METRIC_')).toContain(name);
    for (const type of Object.values(operationTypes)) {
      expect(published('MESSAGING_OPERATION_TYPE_VALUE_')).toContain(type);
    }
    expect(system).toBe(registry.MESSAGING_SYSTEM_VALUE_KAFKA);
  });

  test('name the versions they are of', () => {
    expect(scope).toEqual({ name: manifest.name, version: manifest.version });
    const { version } = JSON.parse(readFileSync(join(dist, '..', 'package.json'), 'utf8')) as { version: string };
    expect(schemaUrl).toBe(`https://opentelemetry.io/schemas/${version}`);
  });

  test('the schema URL stands on every span', async () => {
    const telemetry = observe();
    await telemetry.handle(handlingOf());
    expect(telemetry.span('process shop.orders').instrumentationScope).toEqual({ ...scope, schemaUrl });
  });
});
