import type { TlsOptions as NodeTlsOptions, TLSSocket } from 'node:tls';
import { anonymous, principalOfSubject } from './principal.ts';

/** The certificate of every node, and whose certificates clients may show. All PEM, as text or bytes. */
export type TlsOptions = {
  /** The nodes' certificate, followed by those between it and the root. Must be good for the advertised host. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** For an encrypted key. */
  readonly passphrase?: string;
  /** Whose signature makes a client's certificate good. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** Whether clients show a certificate (mTLS): not asked, welcome, or a must. Default `none`. */
  readonly clientAuth?: 'none' | 'requested' | 'required';
  /** The user a certificate's subject (`CN=orders-api,O=shop`) stands for. Default: the subject itself, as in Kafka. */
  readonly principal?: (subject: string) => string;
};

/** The same in the words of Node. */
export function serverTlsOptions({ cert, key, passphrase, ca, clientAuth = 'none' }: TlsOptions): NodeTlsOptions {
  return {
    cert,
    key,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' || Buffer.isBuffer(ca) ? ca : [...ca] }),
    ...{ requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'required' },
  };
}

/**
 * Whom the client's certificate names: ANONYMOUS without one, nobody when it is not trusted.
 *
 * Kafka lets a client that is only requested to show a certificate in without one, but not with a bad one.
 */
export function principalOfTls(
  socket: TLSSocket,
  { principal = (subject) => subject }: TlsOptions,
): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return anonymous;
  return socket.authorized ? `User:${principal(principalOfSubject(certificate.subject))}` : undefined;
}
