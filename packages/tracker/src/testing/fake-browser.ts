import type { Page } from '../page.ts';
import { FakeCollector } from './fake-collector.ts';
import { LockTable } from './fake-locks.ts';
import { openFakeStorage, StorageArea } from './fake-storage.ts';

/** Lets every promise that can settle do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Timer {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
  readonly page: FakePage;
}

/** What a page is opened with. */
export interface FakePageOptions {
  readonly url?: string;
  readonly referrer?: string;
  readonly prerendering?: boolean;
  /** A browser of today has all of these. */
  readonly without?: readonly ('locks' | 'storage' | 'navigation')[];
}

/** A browser with one origin: a clock that only moves when told, and pages that share storage, locks and a collector. */
export class FakeBrowser {
  readonly storage = new StorageArea();
  readonly locks = new LockTable();
  readonly collector = new FakeCollector();
  /** What `Math.random` gives. */
  random = 0.5;
  now = 1_760_000_000_000;
  #timers: Timer[] = [];
  #lastTimer = 0;

  open(options: FakePageOptions = {}): FakePage {
    return new FakePage(this, options);
  }

  /** Runs what is due within that time, in order; `0` ends the current turn. */
  async advance(ms = 0): Promise<void> {
    const until = this.now + ms;
    await settled();
    for (;;) {
      const ready = this.#timers.filter(({ at, page }) => at <= until && !page.frozen);
      const due = ready.sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.now = Math.max(this.now, due.at);
      if (due.page.alive) due.run();
      await settled();
    }
    this.now = until;
  }

  setTimer(page: FakePage, run: () => void, ms = 0): number {
    this.#lastTimer += 1;
    this.#timers.push({ id: this.#lastTimer, at: this.now + ms, run, page });
    return this.#lastTimer;
  }

  clearTimer(id: number | undefined): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id);
  }
}

/** A page of that browser. `window` is what the tracker gets. */
export class FakePage {
  readonly window: Page;
  readonly localStorage: Storage;
  alive = true;
  /** In the back/forward cache, where no timer fires. */
  frozen = false;
  readonly #browser: FakeBrowser;
  readonly #events = new EventTarget();
  readonly #document: EventTarget & { visibilityState: string; referrer: string; title: string; prerendering: boolean };
  readonly #navigation = new EventTarget();
  readonly #location: { href: string };

  constructor(browser: FakeBrowser, { url = '/', referrer = '', prerendering = false, without = [] }: FakePageOptions) {
    this.#browser = browser;
    this.#location = { href: new URL(url, 'https://shop.example').href };
    this.#document = Object.assign(new EventTarget(), {
      visibilityState: 'visible',
      referrer,
      title: '',
      prerendering,
    });
    const { Storage, localStorage } = openFakeStorage(browser.storage);
    this.localStorage = localStorage;
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    const window = {
      document: this.#document,
      location: this.#location,
      history: { pushState: this.#moveTo, replaceState: this.#moveTo },
      navigator: without.includes('locks') ? {} : { locks: browser.locks.forPage(this) },
      navigation: without.includes('navigation') ? undefined : this.#navigation,
      Storage,
      Date: { now: () => browser.now },
      Math: { ...Math, min: Math.min, max: Math.max, random: () => browser.random },
      AbortSignal: { timeout: (ms: number) => this.#timeout(ms) },
      fetch: this.#whileAlive(browser.collector.fetchAt(() => browser.now)),
      setTimeout: (run: () => void, ms?: number) => browser.setTimer(this, run, ms),
      clearTimeout: (id: number | undefined) => browser.clearTimer(id),
      addEventListener: this.#events.addEventListener.bind(this.#events),
    };
    Object.defineProperty(window, 'localStorage', {
      get: without.includes('storage') ? denied : () => localStorage,
    });
    this.window = window as unknown as Page;
  }

  get url(): string {
    return this.#location.href;
  }

  set title(title: string) {
    this.#document.title = title;
  }

  /** `history.pushState` or `replaceState`, as a router calls them. */
  push(url: string, how: 'pushState' | 'replaceState' = 'pushState'): void {
    this.window.history[how](null, '', url);
  }

  /** The back button within a single-page app. */
  back(url: string): void {
    this.#moveTo(null, '', url);
    this.#events.dispatchEvent(new Event('popstate'));
  }

  hide(): void {
    this.#document.visibilityState = 'hidden';
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }

  show(): void {
    this.#document.visibilityState = 'visible';
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }

  activate(): void {
    this.#document.prerendering = false;
    this.#document.dispatchEvent(new Event('prerenderingchange'));
  }

  online(): void {
    this.#events.dispatchEvent(new Event('online'));
  }

  /** The user leaves: a browser says so and then takes the page away. */
  leave(): void {
    this.enterBackForwardCache();
    this.kill();
  }

  enterBackForwardCache(): void {
    this.#events.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
    this.hide();
    this.frozen = true;
  }

  restore(): void {
    this.frozen = false;
    this.#document.visibilityState = 'visible';
    this.#events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  }

  /** The renderer is gone, without a word. */
  kill(): void {
    this.alive = false;
    this.#browser.locks.releaseAllOf(this);
  }

  readonly #moveTo = (_state: unknown, _title: string, url?: string | URL | null): void => {
    this.#location.href = new URL(String(url), this.#location.href).href;
    // After the turn's microtasks, as the Navigation API does it.
    queueMicrotask(() => this.#navigation.dispatchEvent(new Event('navigatesuccess')));
  };

  /** A dead page hears no answer, though its keepalive request may have arrived. */
  #whileAlive(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (...args) => {
      const response = await fetch(...args);
      return this.alive ? response : new Promise(() => undefined);
    };
  }

  #timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    this.#browser.setTimer(this, () => controller.abort(new DOMException('late', 'TimeoutError')), ms);
    return controller.signal;
  }
}
