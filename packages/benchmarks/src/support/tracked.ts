import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createIdSource } from '@eventstream/core';
import { tickOf } from './contract.ts';

/** The key and the page origin that the collector of the benchmark knows. */
export const writeKey = 'pub_bench';
export const benchOrigin = 'http://127.0.0.1:8080';

const nextId = createIdSource();

/** The request a tracker makes for one event of one visitor. */
export function trackedRequest(at: number, bytes: number): string {
  const event = {
    id: nextId(),
    type: 'bench.tick',
    time: Date.now(),
    visitor: randomUUID(),
    session: randomUUID(),
    page: `${benchOrigin}/`,
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    data: tickOf(bytes, at),
  };
  return JSON.stringify({ sentAt: Date.now(), events: [event] });
}

/** Posts as browsers do, over connections that stay open; rejects unless the answer says the event is stored. */
export function postTo(collector: string): (body: string) => Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const url = new URL(`/v1/events?k=${writeKey}`, collector);
  const headers = { 'content-type': 'text/plain;charset=UTF-8', origin: benchOrigin };
  return async (body) => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { method: 'POST', agent, headers }, resolve).on('error', reject).end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (answer.statusCode !== 200 || !text.includes('"r":"ok"'))
      throw new Error(`The collector answered ${answer.statusCode}: ${text}`);
  };
}
