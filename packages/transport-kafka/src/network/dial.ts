import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type Clock, waitFor } from '@eventstream/core';
import type { KafkaOptions, TlsOptions } from '../options.ts';
import { type Address, formatAddress } from './address.ts';
import { BrokerLost } from './broker-lost.ts';

/** What opening needs to know. */
export type DialOptions = {
  readonly ssl: boolean | TlsOptions;
  readonly openSocket?: KafkaOptions['openSocket'];
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** Gives up, with the reason. */
  readonly signal: AbortSignal;
};

/** Opens a stream to a broker. Rejects with `BrokerLost` when it refuses or the deadline passes. */
export function dial(address: Address, options: DialOptions): Promise<Duplex> {
  return options.openSocket === undefined ? dialSocket(address, options) : dialBy(options.openSocket, address, options);
}

/** A way of the user's own. What it opens too late is closed again. */
async function dialBy(open: NonNullable<KafkaOptions['openSocket']>, address: Address, options: DialOptions) {
  const { clock, connectTimeoutMs: timeoutMs, signal } = options;
  const broker = formatAddress(address);
  const opening = open(address);
  try {
    return await waitFor(opening, { operation: `connect to ${broker}`, timeoutMs, clock, signal });
  } catch (cause) {
    opening.then(
      (late) => late.destroy(),
      () => undefined,
    );
    throw new BrokerLost(broker, (cause as Error).message, { maybeServed: false, cause });
  }
}

function dialSocket(address: Address, { ssl, connectTimeoutMs, clock, signal }: DialOptions): Promise<Duplex> {
  const broker = formatAddress(address);
  return new Promise((resolve, reject) => {
    const socket = ssl === false ? connectTcp({ ...address, noDelay: true }) : connectTls(tlsOptions(address, ssl));
    const lost = (reason: string, cause?: unknown) => {
      settle();
      socket.destroy();
      reject(new BrokerLost(broker, reason, { maybeServed: false, cause }));
    };
    const onError = (error: Error & { readonly code?: string }) => lost(reasonOf(error), error);
    const onAbort = () => lost(String(signal.reason));
    const settle = () => {
      cancel();
      signal.removeEventListener('abort', onAbort);
    };
    const cancel = clock.after(connectTimeoutMs, () => lost(`no connection within ${connectTimeoutMs} ms`));
    signal.addEventListener('abort', onAbort);
    // It stays: an error in the same turn would find nobody listening, and end the process.
    socket.on('error', onError);
    socket.once(ssl === false ? 'connect' : 'secureConnect', () => {
      settle();
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

function tlsOptions({ host, port }: Address, ssl: true | TlsOptions) {
  const options = ssl === true ? {} : ssl;
  // An address must not be sent as a server name (RFC 6066, section 3).
  return { host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...options };
}

/** Node's message of a refused connection to several addresses of a name is empty; its parts say why. */
function reasonOf(error: Error & { readonly code?: string }): string {
  if (error instanceof AggregateError) return error.errors.map((one: Error) => one.message).join('; ');
  return error.message || (error.code ?? error.name);
}
