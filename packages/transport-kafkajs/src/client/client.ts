import type { MomentHub, Moments } from '@eventstream/core';
import vendor, { type Kafka, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { SaslOptions } from '../options.ts';
import type { Settings } from '../settings.ts';
import { Sockets } from './sockets.ts';

/** A kafkajs client and the sockets it uses. */
export interface Client {
  readonly kafka: Kafka;
  readonly sockets: Sockets;
}

/** What may differ from one client to the next. */
export interface ClientOptions {
  /** Retries of kafkajs itself, inside connecting and finding coordinators. Ours go on around them. */
  readonly retries: number;
  readonly requestTimeoutMs: number;
  /** Sees every line of kafkajs's log from level info on. */
  readonly onLog?: (entry: LogEntry) => void;
}

type Level = Moments['transport.log']['level'];
const levels: Readonly<Record<string, Level>> = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };

/** Turns a line of kafkajs's log into a moment; with nobody listening it goes nowhere. */
function publishLog(moments: MomentHub, { namespace, label, log }: LogEntry): void {
  if (!moments.wants('transport.log')) return;
  const { message, timestamp: _timestamp, logger: _logger, ...facts } = log;
  moments.publish('transport.log', { level: levels[label] ?? 'info', message, facts: { ...facts, namespace } });
}

/** A fresh object every time: kafkajs writes its authenticator into the one it is given. */
function saslConfig(sasl: SaslOptions): NonNullable<KafkaConfig['sasl']> {
  if (sasl.mechanism !== 'oauthbearer') return { ...sasl } as NonNullable<KafkaConfig['sasl']>;
  return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await sasl.token() }) };
}

/**
 * A kafkajs client. Each use (producing, administration, each subscription) has one of its own: kafkajs shares committed
 * offsets between the consumers of a client, so that two members of one group would delete each other's.
 */
export function createClient(settings: Settings, moments: MomentHub, options: ClientOptions): Client {
  const { brokers, clientId, ssl, sasl, connectTimeoutMs } = settings;
  // A part of the whole, so that a silent broker leaves time for the next one of the list.
  const attemptMs = Math.max(Math.ceil(connectTimeoutMs / (brokers.length + 2)), 10);
  const sockets = new Sockets(attemptMs);
  const kafka = new vendor.Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl === false ? {} : { ssl: ssl === true ? true : { ...ssl } }),
    ...(sasl === undefined ? {} : { sasl: saslConfig(sasl) }),
    connectionTimeout: attemptMs,
    authenticationTimeout: connectTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    retry: { retries: options.retries, initialRetryTime: 50, maxRetryTime: 1000 },
    socketFactory: sockets.create,
    logLevel: vendor.logLevel.INFO,
    logCreator: () => (entry) => {
      publishLog(moments, entry);
      options.onLog?.(entry);
    },
  });
  return { kafka, sockets };
}
