import type { ListenerSpec } from '../cluster/listener-options.ts';
import { anonymous } from './principal.ts';

/** Who is at the other end of a connection, and by which door it came in. */
export class Session {
  readonly listener: Pick<ListenerSpec, 'name' | 'protocol'>;
  #principal: string;

  constructor(listener: Pick<ListenerSpec, 'name' | 'protocol'>, principal: string = anonymous) {
    this.listener = listener;
    this.#principal = principal;
  }

  /** `User:name`, as access rules spell it. */
  get principal(): string {
    return this.#principal;
  }
}
