import { randomUUID } from 'node:crypto';
import { test } from 'vitest';
import type { Abilities, Backend, ConformanceTransport, Running, TransportVariation } from './backend.ts';

/** What a case works with: one running backend, names of its own, and transports that are closed afterwards. */
export interface Lab {
  readonly backend: Backend;
  readonly running: Running;
  /** A name nobody else uses. */
  name(what: string): string;
  /** A fresh topic. */
  topic(partitions: number): Promise<string>;
  /** A connected transport, closed after the case. */
  transport(variation?: TransportVariation): Promise<ConformanceTransport>;
  /** Run after the case, last first. */
  after(cleanup: () => unknown): void;
}

/** Registers cases for one backend. */
export interface Cases {
  (name: string, run: (lab: Lab) => Promise<void>): void;
  /** A case for backends that can do more; on others the difference is declared as a test of its own. */
  needs(ability: keyof Abilities, name: string, run: (lab: Lab) => Promise<void>): void;
}

async function inLab(backend: Backend, running: Running, run: (lab: Lab) => Promise<void>): Promise<void> {
  const cleanups: (() => unknown)[] = [];
  const name = (what: string) => `${what}.${randomUUID().slice(0, 8)}`;
  const lab: Lab = {
    backend,
    running,
    name,
    after: (cleanup) => cleanups.push(cleanup),
    async transport(variation) {
      const transport = running.transport(variation);
      await transport.connect({ timeoutMs: backend.patienceMs });
      cleanups.push(() => transport.close({ timeoutMs: 5000 }));
      return transport;
    },
    async topic(partitions) {
      const topic = name('topic');
      const transport = await lab.transport();
      await transport.createTopics([{ topic, partitions }]);
      return topic;
    },
  };
  try {
    await run(lab);
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

/** The registrar of cases for a backend that is started before the first and stopped after the last. */
export function casesFor(backend: Backend, running: () => Running): Cases {
  const timeout = backend.patienceMs * 8;
  const register = (name: string, run: (lab: Lab) => Promise<void>) =>
    test(name, { timeout }, () => inLab(backend, running(), run));
  const needs: Cases['needs'] = (ability, name, run) => {
    if (backend.abilities[ability]) register(name, run);
    else
      test(`declared difference, ${backend.name} has no ${ability}: ${name}`, ({ expect }) =>
        expect(backend.abilities[ability]).toBe(false));
  };
  return Object.assign(register, { needs });
}
