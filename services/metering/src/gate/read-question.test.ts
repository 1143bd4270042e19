import { Code } from '@connectrpc/connect';
import { expect, test } from '@jest/globals';
import { type AskedDescriptor, readQuestions } from './read-question.ts';

const entries = Object.entries({
  phase: 'admit',
  class: 'api',
  tenant: 'anonymous',
  environment: 'live',
  masked_remote_address: '192.0.2.1/32',
  rid: 'sample',
}).map(([key, value]) => ({ key, value }));
const read = (changes: Partial<AskedDescriptor>) =>
  readQuestions({ domain: 'tollgate', descriptors: [{ entries, ...changes }] });

test('a question that costs one call is read', () => {
  for (const changes of [{}, { hitsAddend: 1n }, { isNegativeHits: false }]) {
    expect(read(changes)).toMatchObject([{ kind: 'api', requestId: 'sample' }]);
  }
});

test.each([
  ['gives hits back', { hitsAddend: 1n, isNegativeHits: true }],
  ['costs nothing', { hitsAddend: 0n }],
  ['costs two', { hitsAddend: 2n }],
])('an admission that %s is refused, not charged as something else', (_what, changes) => {
  expect(() => read(changes)).toThrow(expect.objectContaining({ code: Code.InvalidArgument }));
});
