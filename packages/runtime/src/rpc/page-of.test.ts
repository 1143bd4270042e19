import { expect, test } from '@jest/globals';
import { toPageToken } from '@tollgate/api';
import { reasonOf } from '../errors/failure.ts';
import { newId } from '../ids/new-id.ts';
import { idPosition, pageOf } from './page-of.ts';

const numbers = Array.from({ length: 7 }, (_, index) => index + 1);

function after(position: unknown): number | undefined {
  const { after: number } = (position ?? {}) as { after?: unknown };
  return typeof number === 'number' ? number : undefined;
}

function list(input: { pageSize: number; pageToken: string }) {
  const page = pageOf(input, after);
  const read = numbers.filter((number) => number > (page.from ?? 0)).slice(0, page.limit);
  return page.of(read, (last) => ({ after: last }));
}

test('following the tokens shows every entry once, in order, and ends', () => {
  for (const pageSize of [1, 2, 3, 6, 7, 8, 0]) {
    const seen: number[] = [];
    let pageToken = '';
    do {
      const { entries, nextPageToken } = list({ pageSize, pageToken });
      expect(entries.length).toBeGreaterThan(0);
      seen.push(...entries);
      pageToken = nextPageToken;
    } while (pageToken !== '');
    expect(seen).toEqual(numbers);
  }
});

test('an empty list has no next page', () => {
  const page = pageOf({ pageSize: 5, pageToken: '' }, after);
  expect(page.of([], () => ({}))).toEqual({ entries: [], nextPageToken: '' });
});

test('a token that this list did not hand out is refused', () => {
  for (const pageToken of ['x', toPageToken({ before: 3 }), toPageToken([])]) {
    let refusal: unknown;
    try {
      pageOf({ pageSize: 1, pageToken }, after);
    } catch (error) {
      refusal = error;
    }
    expect(reasonOf(refusal)).toBe('PAGE_TOKEN_INVALID');
  }
});

test('the position by id is an id of the kind that the list has', () => {
  const shape = idPosition('key');
  const id = newId('key');
  expect(shape({ id })).toEqual({ id });
  for (const other of [{ id: newId('usr') }, { id: 7 }, { before: id }, id, null, [id]]) {
    expect(shape(other)).toBeUndefined();
  }
});
