import type { AnyApi, RequestInput, ResponseOf } from '@eventstream/kafka-protocol';
import type { Scene } from './scene.ts';

/** Which of the versions a broker serves a step is sent in. Default: all of them, one request each. */
export type VersionWish = number | readonly [lowest: number, highest: number];

/** How a step is sent, where it is not simply sent and answered. */
export type StepOptions<Of extends AnyApi = AnyApi> = {
  readonly versions?: VersionWish;
  /** The connection it goes over. Default `main`. A name with an `@` authenticates first: `alice@1` is a user's. */
  readonly on?: string;
  /** Remembers parts of the answer under names, so that later steps can use what each broker made up. */
  readonly keep?: (answer: ResponseOf<Of>, scene: Scene) => void;
  /** Sends it again until the answer is like this: real brokers tell each other things after they have answered. */
  readonly until?: (answer: ResponseOf<Of>) => boolean;
  /** `none`: it has no answer (acks=0). `later`: the answer waits for steps that follow on other connections. */
  readonly answer?: 'none' | 'later';
  /** Changes the encoded request, for what no encoder would write. */
  readonly bend?: (body: Uint8Array) => Uint8Array;
};

/** One request, in all the versions it is sent in. What `request` gives may hold fields of other versions; they are left out. */
export type Step = StepOptions & {
  readonly api: AnyApi;
  readonly title: string;
  readonly request: (scene: Scene) => Readonly<Record<string, unknown>>;
};

/** Steps of one area, in order. */
export type Script = { readonly area: string; readonly steps: readonly Step[] };

/** Fields of a request in any version; what stands in them is looked at when it is encoded. */
type Asked<Of extends AnyApi> = { readonly [Name in keyof RequestInput<Of>]?: unknown };

/** A step as data. */
export function step<Of extends AnyApi>(
  api: Of,
  title: string,
  request: Asked<Of> | ((scene: Scene) => Asked<Of>),
  options: StepOptions<Of> = {},
): Step {
  const made = (scene: Scene) => (typeof request === 'function' ? request(scene) : request);
  // What `keep` and `until` take is the answer of this very API.
  return { api, title, request: made, ...(options as StepOptions) };
}

/** The same steps once for every version of an API, for dialogues in which one answer leads to the next request. */
export function inEveryVersion(api: AnyApi, dialogue: (version: number) => readonly Step[]): readonly Step[] {
  const { from, to } = api.versions;
  return Array.from({ length: to - from + 1 }, (_, index) => dialogue(from + index)).flat();
}
