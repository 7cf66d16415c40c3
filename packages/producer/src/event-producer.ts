import { type Instrumentation, MomentHub, type WaitOptions, waitFor } from '@eventstream/core';
import { Connection } from './connection.ts';
import { Dispatcher } from './dispatcher.ts';
import { asEventstreamError, closedError } from './errors.ts';
import { Ledger } from './ledger.ts';
import type { ProducerCloseReport, ProducerSettings, Receipt, SendOptions } from './options.ts';
import { Preparer } from './preparer.ts';

const defaultCloseMs = 10_000;

/** The producer without its types: prepare, dispatch, keep the books. */
export class EventProducer {
  readonly moments = new MomentHub();
  readonly #settings: ProducerSettings;
  readonly #connection: Connection;
  readonly #ledger: Ledger;
  readonly #dispatcher: Dispatcher;
  readonly #preparer: Preparer;
  #closing: Promise<ProducerCloseReport> | undefined;

  constructor(settings: ProducerSettings, instrumentation: readonly Instrumentation[]) {
    const { moments } = this;
    this.#settings = settings;
    this.#connection = new Connection(settings.transport, settings.connectTimeoutMs);
    this.#ledger = new Ledger(settings, moments);
    this.#dispatcher = new Dispatcher({ settings, connection: this.#connection, ledger: this.#ledger, moments });
    this.#preparer = new Preparer(settings, {
      moments,
      settler: this.#ledger,
      partitionFor: (topic, key) => this.#dispatcher.partitionFor(topic, key),
    });
    for (const one of instrumentation) {
      one.attach(moments);
      one.attach(settings.transport.moments);
    }
  }

  connect(options: WaitOptions = {}): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    return waitFor(this.#connection.ready(), { operation: 'connect', clock: this.#settings.clock, ...options });
  }

  send(type: string, data: unknown, options: SendOptions = {}): Promise<Receipt> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    try {
      const outgoing = this.#preparer.prepare(type, data, options);
      return this.#dispatcher.dispatch(outgoing, options.signal);
    } catch (error) {
      this.#ledger.refused();
      return Promise.reject(asEventstreamError(error, `sending "${type}"`));
    }
  }

  async flush(options: WaitOptions = {}): Promise<void> {
    if (this.#ledger.outstanding === 0) return;
    const settled = this.#ledger.whenSettled();
    // Its own outcome does not matter: what it could not send is settled by the receipts.
    this.#settings.transport.flush(options).catch(() => undefined);
    await waitFor(settled, { operation: 'flush', clock: this.#settings.clock, ...options });
  }

  close(options: WaitOptions = {}): Promise<ProducerCloseReport> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close({ timeoutMs = defaultCloseMs, ...options }: WaitOptions): Promise<ProducerCloseReport> {
    const { clock } = this.#settings;
    const deadline = clock.elapsed() + timeoutMs;
    await this.flush({ timeoutMs, ...options }).catch(() => undefined);
    this.#ledger.giveUp();
    this.#dispatcher.abandon(closedError());
    await this.#connection.release({ timeoutMs: Math.max(0, deadline - clock.elapsed()), ...options });
    // What the transport has just rejected reaches the books some promise reactions later.
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    return this.#ledger.report();
  }
}
