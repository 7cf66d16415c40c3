import type { MomentHub } from '@eventstream/core';
import { dial } from '../network/dial.ts';
import type { Settings } from '../settings.ts';
import { Brokers } from './brokers.ts';
import { Cluster } from './cluster.ts';
import { Topics } from './topics.ts';

/** The cluster that settings point at; nothing is connected yet. */
export function openCluster(settings: Settings, moments: MomentHub): Cluster {
  const { clock, random, clientId, requestTimeoutMs, connectTimeoutMs, idleMs, mechanism } = settings;
  const brokers = new Brokers(settings.bootstrap, {
    clientId,
    clock,
    random,
    requestTimeoutMs,
    connectTimeoutMs,
    idleMs,
    mechanism,
    dial: (address, limits) => dial(address, { ...settings, ...limits }),
    onLost({ broker, message }) {
      if (!moments.wants('transport.log')) return;
      moments.publish('transport.log', { level: 'debug', message: `connection ended: ${message}`, facts: { broker } });
    },
  });
  return new Cluster({ brokers, topics: new Topics(), clock, random, metadataMaxAgeMs: settings.metadataMaxAgeMs });
}
