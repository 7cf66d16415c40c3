import { servedApis } from '@eventstream/mock-broker';
import { declared } from './declared.ts';

const head = `# Where the mock broker differs from Kafka

The same requests go to Apache Kafka 4.3.1 and 3.9.2 and to the mock broker, in every version of every API, and the answers
are compared. This page holds every difference that was left, and what the APIs themselves say they leave out. It is made of
\`limits\` in the broker's \`src/apis\` and of \`packages/conformance/src/differential/declared.ts\`; a difference that is on
neither list fails a test, and so does one on the second that is not met any more.

Not compared are ids, times, addresses, throttle times, the order of lists and the words of messages.
`;

/** The page users read about differences. */
export function differencesPage(): string {
  const sections = servedApis().flatMap(({ key, name, limits }) => {
    const rows = declared.filter(({ api }) => api === name).map(({ reason, kafka }) => ({ reason, kafka }));
    const told = rows.filter(({ reason }) => !limits.includes(reason)).map(sentence);
    const all = [...new Set([...limits, ...told])];
    return all.length === 0 ? [] : [`## ${key} ${name}\n\n${all.map((text) => `- ${text}`).join('\n')}\n`];
  });
  return [head, ...sections].join('\n');
}

function sentence({
  reason,
  kafka,
}: {
  readonly reason: string;
  readonly kafka: readonly string[] | undefined;
}): string {
  return kafka?.length === 1 && kafka[0] === '3.9.2' ? `As Kafka 3.9: ${reason}` : reason;
}
