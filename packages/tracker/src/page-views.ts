import type { Listen, Page } from './page.ts';
import type { PageView } from './types.ts';

/** Page views as a state machine over one variable: the URL that was counted last. */
export interface PageViews {
  /** Counts a view now, changed URL or not. */
  readonly count: (referrer?: string) => void;
  /** Ends the turn early: counts the navigation that is still waiting for its end. */
  readonly settle: () => void;
}

/** What the state machine works with. */
export interface PageViewParts {
  /** The current address, as it may leave the page. */
  readonly here: () => string;
  /** The address of the page before, as it may leave the page. */
  readonly referrer: string;
  readonly onView: (view: PageView) => void;
}

/**
 * Counts the first load and each change of path or query.
 *
 * A navigation is looked at when its turn is over: a router that pushes and then replaces has shown one page, the last.
 * `history` is patched only where there is no Navigation API, whose `navigatesuccess` also sees intercepted navigations.
 */
export function watchPageViews(page: Page, listen: Listen, parts: PageViewParts): PageViews {
  const { here, referrer, onView } = parts;
  const { document, history, navigation } = page as Page & { readonly navigation?: Navigation };
  let counted = '';
  let pending = false;

  const count = (from = counted || referrer): void => {
    counted = here();
    onView({ url: counted, referrer: from, title: document.title });
  };
  const settle = (): void => {
    const due = pending && here() !== counted;
    pending = false;
    if (due) count();
  };
  const changed = (): void => {
    if (!pending) page.setTimeout(settle);
    pending = true;
  };

  // A page that was rendered ahead and never shown was never viewed.
  if ((document as { prerendering?: boolean }).prerendering) listen(document, 'prerenderingchange', changed);
  else changed();
  if (navigation) listen(navigation, 'navigatesuccess', changed);
  else {
    listen(page, 'popstate', changed);
    for (const name of ['pushState', 'replaceState'] as const) {
      const original = history[name];
      // Never taken back: that would take out what others have patched after us.
      history[name] = (...args) => {
        original.apply(history, args);
        changed();
      };
    }
  }
  return { count, settle };
}
