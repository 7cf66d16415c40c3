/** One HTTP request as the collector sees it, whatever server it came through. */
export interface Exchange {
  readonly method: string;
  /** Path and query, such as `/v1/events?k=pub_x`. */
  readonly target: string;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  /** Chunks of the body, read no further than the limit. Left unread when the request is refused by its head. */
  readonly body: AsyncIterable<Uint8Array> | undefined;
}

/** What the collector answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or nothing. */
  readonly body: string | null;
}

/** An answer with a JSON body that no cache keeps and no browser reinterprets. */
export function jsonAnswer(status: number, content: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: JSON.stringify(content),
  };
}
