import { AuthenticationFailed } from './authentication-failed.ts';

/** What OpenSSL says when it does not believe the broker's certificate. */
const unbelieved =
  /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|CRL_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_|HOSTNAME_MISMATCH$|ERR_TLS_CERT_ALTNAME_INVALID$)/;
/** What it says when the broker does not believe the client's, or asks for one in vain. */
const disbelieved =
  /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/;

/** Certificates that one side does not accept: no later try will be different. Nothing when `error` is about something else. */
export function tlsRefusal(broker: string, error: unknown): AuthenticationFailed | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { readonly code?: unknown };
    if (typeof code !== 'string') continue;
    if (unbelieved.test(code)) {
      const check = 'ssl.ca, and that the certificate is good for this host, or set ssl.servername';
      return new AuthenticationFailed(broker, `its certificate is not trusted (${cause.message})`, { check, cause });
    }
    if (disbelieved.test(code)) {
      const check = 'ssl.cert and ssl.key: the broker wants a certificate that its own authorities have signed';
      return new AuthenticationFailed(broker, `it refused the TLS session (${cause.message})`, { check, cause });
    }
  }
  return undefined;
}
