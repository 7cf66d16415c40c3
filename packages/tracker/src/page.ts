/** The page the tracker lives in, as one argument: tests hand in their own. */
export type Page = Window & typeof globalThis;

/** Listens until the tracker is closed. */
export type Listen = <Name extends string>(
  target: EventTarget,
  name: Name,
  listener: (event: Name extends 'pageshow' ? PageTransitionEvent : Event) => void,
) => void;
