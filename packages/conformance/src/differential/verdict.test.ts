import { messages } from '@eventstream/kafka-protocol';
import { expect, test } from 'vitest';
import type { Difference } from './compare.ts';
import type { DeclaredDifference } from './declared.ts';
import { judge } from './verdict.ts';

const row: DeclaredDifference = {
  api: 'ApiVersions',
  path: 'apiKeys',
  entries: { field: 'apiKey', values: [38, 39] },
  reason: 'not served',
};

function difference(real: unknown, mock: unknown): Difference {
  const exchange = { area: 'a', api: messages.apiVersions, title: 't', version: 3, asked: {}, outcome: {} };
  return { exchange, path: 'apiKeys', place: 'apiKeys', real, mock } as unknown as Difference;
}

test.each([
  ['entries it names', [{ apiKey: 38 }, { apiKey: 39 }], [], true],
  ['another entry that is missing', [{ apiKey: 38 }, { apiKey: 40 }], [], false],
  ['another entry too many', [{ apiKey: 38 }], [{ apiKey: 40 }], false],
  ['no list at all', null, [], false],
])('a row that names entries explains them alone: %s', (_what, real, mock, isExplained) => {
  const { undeclared, unmet } = judge([difference(real, mock)], [row], '4.3.1');
  expect([undeclared.length, unmet.length]).toEqual(isExplained ? [0, 0] : [1, 1]);
});
