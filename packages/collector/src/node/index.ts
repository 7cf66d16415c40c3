export type { Fallback } from './fallback.ts';
export type { CollectorServer, ServeOptions, ServerCloseReport } from './serve.ts';
export { serve } from './serve.ts';
