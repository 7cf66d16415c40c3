const LEGAL = /^[a-zA-Z0-9._-]+$/;
const LONGEST = 249;

/** Why `name` cannot name a topic, in Kafka's rules; `undefined` when it can. */
export function complainAboutTopicName(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed';
  if (name === '.' || name === '..') return `'${name}' is not allowed`;
  if (name.length > LONGEST) return `the length of '${name}' is longer than the max allowed length ${LONGEST}`;
  if (!LEGAL.test(name)) {
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  }
  return undefined;
}
