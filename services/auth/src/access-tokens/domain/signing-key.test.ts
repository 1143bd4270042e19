import { describe, expect, test } from '@jest/globals';
import { isPublished, nextKeyFrom, signingKeyAt, signUntil } from './signing-key.ts';

const start = Temporal.Instant.from('2026-03-01T00:00:00Z');
const first = { kid: 'first', signFrom: start, signUntil: signUntil(start) };
const second = { kid: 'second', signFrom: first.signUntil, signUntil: signUntil(first.signUntil) };

describe('the rotation of signing keys', () => {
  test('the first key signs at once', () => {
    expect(nextKeyFrom([], start)?.equals(start)).toBe(true);
  });

  test('the next one is published a day before it signs, and made once', () => {
    const dayBefore = first.signUntil.subtract({ hours: 24 });
    expect(nextKeyFrom([first], dayBefore)).toBeUndefined();
    const later = dayBefore.add({ seconds: 1 });
    expect(nextKeyFrom([first], later)?.equals(first.signUntil)).toBe(true);
    expect(nextKeyFrom([first, second], later)).toBeUndefined();
  });

  test('after a long standstill a key is made that signs at once', () => {
    const late = first.signUntil.add({ hours: 1 });
    expect(nextKeyFrom([first], late)?.equals(late)).toBe(true);
  });

  test('at each instant exactly one key signs', () => {
    const before = first.signUntil.subtract({ nanoseconds: 1 });
    expect(signingKeyAt([second, first], before)?.kid).toBe('first');
    expect(signingKeyAt([second, first], first.signUntil)?.kid).toBe('second');
    expect(signingKeyAt([first], first.signUntil)).toBeUndefined();
  });

  test('a key is published until the last token it signed has died', () => {
    expect(isPublished(first, first.signUntil.add({ seconds: 600 }))).toBe(true);
    expect(isPublished(first, first.signUntil.add({ seconds: 606 }))).toBe(false);
  });
});
