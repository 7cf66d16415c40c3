import { type AnyApi, decodeResponseFrame, encodeRequestFrame } from '@eventstream/kafka-protocol';
import { Connections } from './connections.ts';
import { fit } from './fit.ts';
import { comparable } from './normalise.ts';
import { Scene } from './scene.ts';
import type { Script, Step } from './script.ts';
import type { Subject } from './subjects.ts';
import type { Fate } from './wire.ts';

/** The versions a broker serves, by API key. */
export type Ranges = ReadonlyMap<number, readonly [lowest: number, highest: number]>;

/** What became of one request: an answer fit for comparison, or how there was none. */
export type Exchange = {
  readonly area: string;
  readonly title: string;
  readonly api: AnyApi;
  readonly version: number;
  readonly request: unknown;
  readonly outcome: unknown;
};

const PREFIX = 4;
const PATIENCE_MS = 3000;
const PAUSE_MS = 25;
const MOST_TRIES = 120;
/** Codes a real broker answers with for a moment: a coordinator loads, a transaction ends. */
const passing = new Set([14, 15, 51]);

type Later = { readonly at: number; readonly step: Step; readonly version: number; readonly fate: Promise<Fate> };

/** Plays scripts to one broker, each request in the versions of `ranges`, and notes what comes back. */
export class Player {
  readonly #connections: Connections;
  readonly #ranges: Ranges;
  readonly #scene = new Scene();
  readonly #exchanges: Exchange[] = [];
  readonly #later: Later[] = [];

  constructor(subject: Subject, ranges: Ranges) {
    this.#connections = new Connections(subject);
    this.#ranges = ranges;
  }

  async play(scripts: readonly Script[]): Promise<readonly Exchange[]> {
    for (const { area, steps } of scripts) {
      for (const step of steps) {
        for (const version of this.#versionsOf(step)) await this.#exchange(area, step, version);
      }
      await this.#collect();
    }
    this.#connections.close();
    return this.#exchanges;
  }

  #versionsOf({ api, versions }: Step): readonly number[] {
    const served = this.#ranges.get(api.key);
    if (!served) return [];
    const [lowest, highest] = typeof versions === 'number' ? [versions, versions] : (versions ?? served);
    const from = Math.max(lowest, served[0], api.versions.from);
    const to = Math.min(highest, served[1], api.versions.to);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  }

  async #exchange(area: string, step: Step, version: number): Promise<void> {
    this.#scene.version = version;
    const request = fit(step.api.request.fields, version, step.request(this.#scene));
    const note = { area, title: step.title, api: step.api, version, request };
    const outcome = await this.#outcomeOf(step, version, request);
    this.#exchanges.push({ ...note, outcome });
  }

  async #outcomeOf(step: Step, version: number, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      const wire = await this.#connections.get(step.on ?? 'main');
      const frame = frameOf(step, version, request);
      if (step.answer === 'none') {
        wire.send(frame);
        return 'nothing was waited for';
      }
      if (step.answer === 'later') return this.#awaitLater(step, version, wire.ask(frame, PATIENCE_MS));
      const fate = await wire.ask(frame, PATIENCE_MS);
      const answer = read(step, version, fate);
      if (tries < MOST_TRIES && isPassing(step, answer)) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        continue;
      }
      if (typeof answer === 'object') step.keep?.(answer as never, this.#scene);
      return comparable(answer, this.#scene);
    }
  }

  #awaitLater(step: Step, version: number, fate: Promise<Fate>): string {
    this.#later.push({ at: this.#exchanges.length, step, version, fate });
    return 'not answered yet';
  }

  async #collect(): Promise<void> {
    for (const { at, step, version, fate } of this.#later.splice(0)) {
      const answer = read(step, version, await fate);
      this.#exchanges[at] = { ...(this.#exchanges[at] as Exchange), outcome: comparable(answer, this.#scene) };
    }
  }
}

function frameOf({ api, bend }: Step, version: number, request: Readonly<Record<string, unknown>>): Uint8Array {
  const frame = encodeRequestFrame(api, { version, correlationId: 7, clientId: 'differential' }, request as never);
  if (!bend) return frame;
  const bent = Buffer.concat([frame.subarray(0, PREFIX), bend(frame.subarray(PREFIX))]);
  bent.writeInt32BE(bent.byteLength - PREFIX, 0);
  return bent;
}

function read({ api }: Step, version: number, fate: Fate): unknown {
  if (fate.kind !== 'frame') return fate.kind;
  try {
    return decodeResponseFrame(api, version, fate.frame).response;
  } catch (error) {
    return `an answer that cannot be read: ${(error as Error).message}`;
  }
}

function isPassing({ until }: Step, answer: unknown): boolean {
  if (typeof answer !== 'object') return false;
  if (until) return !until(answer as never);
  return hasPassingCode(answer);
}

function hasPassingCode(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasPassingCode);
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([name, inner]) =>
    typeof inner === 'number' ? name.toLowerCase().endsWith('errorcode') && passing.has(inner) : hasPassingCode(inner),
  );
}
