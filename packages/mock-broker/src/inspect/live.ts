import type { ServerResponse } from 'node:http';
import type { BrokerEvents } from '../observers.ts';
import { HttpProblem } from './http-problem.ts';
import type { Query } from './query.ts';
import type { Inspected } from './routes.ts';

/** The events that may be followed. Those left out carry whole requests, or metrics as bytes. */
const names = ['append', 'commit', 'group', 'transaction', 'connection', 'fault', 'request', 'leader'] as const;
const mostFollowers = 100;
/** Who reads more slowly than things happen is let go, or its events would pile up in here. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Live events as `text/event-stream`, for as long as somebody reads them. */
export class LiveEvents {
  readonly #followers = new Set<ServerResponse>();
  readonly #broker: Inspected;

  constructor(broker: Inspected) {
    this.#broker = broker;
  }

  /** @throws HttpProblem 400 for events nobody knows, 503 for one reader too many */
  follow(response: ServerResponse, query: Query): void {
    const wanted = wantedOf(query);
    if (this.#followers.size >= mostFollowers) {
      throw new HttpProblem(503, `${mostFollowers} read the events already: close one.`);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': listening\n\n');
    const stops = wanted.map((name) => this.#broker.on(name, (event) => this.#tell(response, name, event)));
    this.#followers.add(response);
    response.on('close', () => {
      this.#followers.delete(response);
      for (const stop of stops) stop();
    });
  }

  #tell(response: ServerResponse, name: string, event: BrokerEvents[(typeof names)[number]]): void {
    if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
    else response.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`);
  }
}

function wantedOf(query: Query): readonly (typeof names)[number][] {
  const given = query.text('types');
  if (given === undefined) return names;
  return given.split(',').map((one) => {
    const found = names.find((name) => name === one);
    if (found) return found;
    throw new HttpProblem(400, `There are no events "${one}": types are ${names.join(', ')}.`);
  });
}
