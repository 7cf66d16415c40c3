import { HttpProblem } from './http-problem.ts';

/** The query of a request, read strictly: what is not understood is refused, not passed over. */
export class Query {
  readonly #given: URLSearchParams;

  /** @throws HttpProblem 400 for a name that is not among `known` */
  constructor(given: URLSearchParams, known: readonly string[]) {
    this.#given = given;
    for (const name of given.keys()) {
      if (known.includes(name)) continue;
      const advice = known.length === 0 ? 'there is none here' : `known are ${known.join(', ')}`;
      throw new HttpProblem(400, `The query "${name}" is not known: ${advice}.`);
    }
  }

  text(name: string): string | undefined {
    return this.#given.get(name) ?? undefined;
  }

  /** A whole number up to `highest`. @throws HttpProblem 400 */
  whole(name: string, highest: number = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= highest) return value;
    throw new HttpProblem(400, `The query ${name}=${text} is not a whole number from 0 to ${highest}.`);
  }

  /** One of a few words. @throws HttpProblem 400 */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    const found = words.find((word) => word === text);
    if (text === undefined || found !== undefined) return found;
    throw new HttpProblem(400, `The query ${name}=${text} is not known: give one of ${words.join(', ')}.`);
  }
}
