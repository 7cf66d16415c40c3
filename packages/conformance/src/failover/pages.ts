import { partitions, type Told } from './load.ts';

/** What stands behind the last record of every partition. */
export const endMark = 'end';

/** What the log holds, beside what a client said. */
export type Ledger = {
  readonly sent: number;
  readonly refused: number;
  readonly read: number;
  /** Acknowledged and not there. */
  readonly lost: number;
  /** Copies beyond the first. */
  readonly doubled: number;
  /** Behind a record that was sent later. */
  readonly moved: number;
};

/** What was read of one partition. */
export class Page {
  /** A byte for each number: there are millions. */
  #seen = new Uint8Array(1024);
  #highest = -1;
  read = 0;
  doubled = 0;
  moved = 0;
  /** The next offset. */
  next = 0;
  ended = false;

  enter(value: string): void {
    if (value === endMark) {
      this.ended = true;
      return;
    }
    const number = Number(value);
    if (number >= this.#seen.length) this.#grow(number + 1);
    if (this.#seen[number] === 1) this.doubled += 1;
    else if (number < this.#highest) this.moved += 1;
    this.#seen[number] = 1;
    this.#highest = Math.max(this.#highest, number);
    this.read += 1;
  }

  has(number: number): boolean {
    return this.#seen[number] === 1;
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, 2 * this.#seen.length));
    grown.set(this.#seen);
    this.#seen = grown;
  }
}

/** The account of a topic. */
export function accountOf(pages: readonly Page[], { sent, refused }: Told): Ledger {
  let lost = 0;
  for (let index = 0; index < sent; index += 1) {
    const page = pages[index % partitions];
    if (!page?.has(Math.floor(index / partitions)) && !refused.has(index)) lost += 1;
  }
  const sum = (what: 'read' | 'doubled' | 'moved') => pages.reduce((total, page) => total + page[what], 0);
  return { sent, refused: refused.size, read: sum('read'), lost, doubled: sum('doubled'), moved: sum('moved') };
}
