import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

/** Answers what is not the collector's: the page and the tracker's snippet, when they come from the same origin. */
export type Fallback = (request: Request) => Response | Promise<Response>;

function fetchRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    headers.append(request.rawHeaders[at] as string, request.rawHeaders[at + 1] as string);
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  return new Request(url, { method, headers, body: Readable.toWeb(request) as ReadableStream, duplex: 'half' });
}

/** Lets the fallback answer. A request that makes no URL is answered 400, a fallback that throws 500. */
export async function answerByFallback(
  fallback: Fallback,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let wanted: Request;
  try {
    wanted = fetchRequest(request);
  } catch {
    response.writeHead(400).end();
    return;
  }
  try {
    const answer = await fallback(wanted);
    response.statusCode = answer.status;
    for (const [name, value] of answer.headers) response.appendHeader(name, value);
    if (answer.body === null || request.method === 'HEAD') response.end();
    else await pipeline(Readable.fromWeb(answer.body as NodeReadableStream), response);
  } catch {
    // After the head is out, cutting the connection is the only way to say that the body is not whole.
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  }
}
