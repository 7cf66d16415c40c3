// needs: jdk, librdkafka-build
// minutes: 30
import { expect, test } from 'vitest';
import { scoreLibrdkafka } from './scores/librdkafka/score.ts';
import { readRecord } from './scores/record.ts';
import { complaint, judge } from './scores/verdict.ts';

const minutes = 60_000;

test.each(['classic', 'consumer'] as const)(
  'every librdkafka test that has passed before passes: %s groups',
  { timeout: 15 * minutes },
  async (protocol) => {
    const record = await readRecord();
    const request = { target: 'mock', protocol, numbers: [], say: () => undefined } as const;
    const verdict = judge(await scoreLibrdkafka(record, request), record.passing.mock[protocol] ?? []);
    expect(complaint(verdict)).toBeUndefined();
  },
);
