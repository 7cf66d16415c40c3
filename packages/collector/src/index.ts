export type { Collector } from './collector.ts';
export { createCollector } from './collector.ts';
export type { Answer, Exchange } from './exchange.ts';
export type { Readiness } from './health.ts';
export type { CollectorLimitOptions, CollectorOptions, WriteKeyOptions } from './options.ts';
export type { EventResult, ResultDetail } from './results.ts';
