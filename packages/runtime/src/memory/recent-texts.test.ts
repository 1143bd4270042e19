import { expect, test } from '@jest/globals';
import { createRecentTexts } from './recent-texts.ts';

test('keeps what is used, forgets what is not, and never more than its bound', () => {
  const recent = createRecentTexts<number>(10);
  recent.set('used', 0);
  for (let other = 1; other <= 1_000; other += 1) {
    recent.set(`other ${other}`, other);
    expect(recent.get('used')).toBe(0);
    expect(recent.size).toBeLessThanOrEqual(10);
  }
  expect(recent.get('other 1')).toBeUndefined();
  expect(recent.get('other 1000')).toBe(1_000);
});

test('answers the value that was set last, and nothing after a delete', () => {
  const recent = createRecentTexts<number>(4);
  for (const text of ['a', 'b', 'c']) recent.set(text, 1);
  recent.set('a', 2);
  expect(recent.get('a')).toBe(2);
  recent.delete('a');
  expect(recent.get('a')).toBeUndefined();
});
