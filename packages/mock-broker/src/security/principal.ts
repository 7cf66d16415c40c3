/** Who a client is that was not asked. */
export const anonymous = 'User:ANONYMOUS';

/**
 * A certificate's subject as Java writes it (RFC 2253), which is how Kafka names its principal: the last part first,
 * joined by commas.
 *
 * Node gives one part per line, already escaped, first part first.
 */
export function principalOfSubject(subject: string): string {
  return subject
    .split('\n')
    .map((part) => part.split(' + ').join('+'))
    .reverse()
    .join(',');
}
