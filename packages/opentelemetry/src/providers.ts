import {
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { createInstruments, type Instruments } from './instruments.ts';
import type { Settings } from './options.ts';
import { schemaUrl, scope } from './semconv.ts';

/** The part of the API's `ProxyTracerProvider` that tells whether an SDK stands behind it. */
interface Proxy {
  getDelegateTracer(name: string, version: string): Tracer | undefined;
}

function isIdle(provider: TracerProvider | Proxy): boolean {
  return 'getDelegateTracer' in provider && provider.getDelegateTracer(scope.name, scope.version) === undefined;
}

function meterOf(provider: MeterProvider): Meter | undefined {
  const meter = provider.getMeter(scope.name, scope.version, { schemaUrl });
  return meter === createNoopMeter() ? undefined : meter;
}

/**
 * The tracer and the instruments, asked for anew at every use and `undefined` while no SDK is registered: that is what makes an
 * SDK that is started late work, and what makes none cost next to nothing. The API has a proxy for late tracers but none
 * for late meters.
 */
export class Providers {
  readonly #settings: Settings;
  #tracerProvider: TracerProvider | undefined;
  #tracer: Tracer | undefined;
  #meterProvider: MeterProvider | undefined;
  #instruments: Instruments | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get tracer(): Tracer | undefined {
    const provider = this.#settings.tracerProvider ?? trace.getTracerProvider();
    if (provider === this.#tracerProvider && this.#tracer !== undefined) return this.#tracer;
    this.#tracerProvider = provider;
    this.#tracer = isIdle(provider) ? undefined : provider.getTracer(scope.name, scope.version, { schemaUrl });
    return this.#tracer;
  }

  get instruments(): Instruments | undefined {
    const provider = this.#settings.meterProvider ?? metrics.getMeterProvider();
    if (provider === this.#meterProvider) return this.#instruments;
    this.#meterProvider = provider;
    const meter = meterOf(provider);
    this.#instruments = meter === undefined ? undefined : createInstruments(meter);
    return this.#instruments;
  }
}
