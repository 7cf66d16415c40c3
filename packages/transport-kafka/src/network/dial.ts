import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '@eventstream/core';
import type { TlsOptions } from '../options.ts';
import { type Address, formatAddress } from './address.ts';
import { BrokerLost } from './broker-lost.ts';

/** What opening needs to know. */
export type DialOptions = {
  readonly ssl: boolean | TlsOptions;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
};

/** Opens a TCP or TLS stream to a broker. Rejects with `BrokerLost` when it refuses or the deadline passes. */
export function dial(address: Address, { ssl, connectTimeoutMs, clock }: DialOptions): Promise<Duplex> {
  const broker = formatAddress(address);
  return new Promise((resolve, reject) => {
    const socket = ssl === false ? connectTcp({ ...address, noDelay: true }) : connectTls(tlsOptions(address, ssl));
    const lost = (reason: string, cause?: unknown) => {
      cancel();
      socket.destroy();
      reject(new BrokerLost(broker, reason, { maybeServed: false, cause }));
    };
    const onError = (error: Error & { readonly code?: string }) => lost(reasonOf(error), error);
    const cancel = clock.after(connectTimeoutMs, () => lost(`no connection within ${connectTimeoutMs} ms`));
    socket.once('error', onError);
    socket.once(ssl === false ? 'connect' : 'secureConnect', () => {
      cancel();
      socket.off('error', onError);
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
