import { expect, test } from '@jest/globals';
import { fromPageToken, toPageToken } from './page-token.ts';

test('a position comes back from its token, whatever its texts are', () => {
  for (const position of [{ after: 'key_1' }, { since: '2026-01-01', name: 'Ünïcode ☃' }, {}]) {
    const token = toPageToken(position);
    expect(token).toMatch(/^[\w-]+$/);
    expect(fromPageToken(token)).toEqual(position);
  }
});

test('what no list handed out is no position', () => {
  for (const token of ['', 'x', '!!', toPageToken({}).slice(1), '/w==', 'bm90IGpzb24']) {
    expect(fromPageToken(token)).toBeUndefined();
  }
});
