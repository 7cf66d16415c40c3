import type { MomentHub } from '@eventstream/core';

/** One step of an event's way. */
export interface Hop {
  readonly at: number;
  readonly text: string;
}

/** Where an event has been, and how often its handling ended. */
export interface Journey {
  readonly id: string;
  readonly type: string;
  readonly hops: readonly Hop[];
  readonly settled: readonly string[];
}

/** What passed through the stack, part by part. */
export interface Counts {
  accepted: number;
  refused: number;
  sent: number;
  handled: number;
  retried: number;
  dead: number;
}

/** The moment hubs of the three parts that events pass through. */
export interface Watched {
  readonly collector: MomentHub;
  readonly ordersApi: MomentHub;
  readonly worker: MomentHub;
}

/** Listens to every part and remembers the way of the last 10,000 events. */
export class Journeys {
  readonly counts: Counts = { accepted: 0, refused: 0, sent: 0, handled: 0, retried: 0, dead: 0 };
  readonly #journeys = new Map<string, { id: string; type: string; hops: Hop[]; settled: string[] }>();
  readonly #changed = new Set<() => void>();

  watch({ collector, ordersApi, worker }: Watched): void {
    collector.on('collector.accepted', ({ id, type, topic, partition, offset }) => {
      this.counts.accepted += 1;
      this.#hop(id, type, `collector has it on Kafka: ${topic}/${partition} @${offset}`);
    });
    collector.on('collector.refused', ({ id, type, reason }) => {
      this.counts.refused += 1;
      this.#hop(id, type, `collector refuses it: ${reason}`);
    });
    ordersApi.on('producer.sent', ({ sending, offset }) => {
      this.counts.sent += 1;
      this.#hop(
        sending.id,
        sending.type,
        `orders-api has it on Kafka: ${sending.topic}/${sending.partition} @${offset}`,
      );
    });
    worker.on('consumer.handling', ({ id, type }) => this.#hop(id, type, 'orders-worker begins'));
    worker.on('consumer.retrying', () => {
      this.counts.retried += 1;
    });
    worker.on('consumer.settled', ({ handling: { id, type }, settlement, attempts }) => {
      this.counts[settlement === 'done' ? 'handled' : 'dead'] += 1;
      const journey = this.#hop(
        id,
        type,
        `orders-worker ${settlement === 'done' ? 'handled it' : settlement} (attempt ${attempts})`,
      );
      journey.settled.push(settlement);
      for (const notify of this.#changed) notify();
    });
  }

  /** A step that is not a moment of the SDK, such as the page's click. */
  note(id: string, type: string, text: string): void {
    this.#hop(id, type, text);
  }

  #hop(id: string, type: string, text: string) {
    const journey = this.#journeys.get(id) ?? { id, type, hops: [], settled: [] };
    journey.hops.push({ at: performance.now(), text });
    this.#journeys.set(id, journey);
    if (this.#journeys.size > 10_000) this.#journeys.delete(this.#journeys.keys().next().value as string);
    return journey;
  }

  of(id: string): Journey | undefined {
    return this.#journeys.get(id);
  }

  /** Resolves true when every id has settled, false when `timeoutMs` passed first. */
  allSettled(ids: readonly string[], timeoutMs: number): Promise<boolean> {
    const settled = () => ids.every((id) => (this.#journeys.get(id)?.settled.length ?? 0) > 0);
    if (settled()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (result: boolean) => {
        clearTimeout(timer);
        this.#changed.delete(check);
        resolve(result);
      };
      const check = () => settled() && finish(true);
      const timer = setTimeout(() => finish(false), timeoutMs);
      this.#changed.add(check);
    });
  }
}
