import { describe, expect, test } from '@jest/globals';
import { decideRefresh } from './session.ts';

const issued = Temporal.Instant.from('2026-03-01T00:00:00Z');
const expireTime = issued.add({ hours: 720 });
const open = {};

describe('decideRefresh', () => {
  test('an unused token is traded once, until it expires', () => {
    expect(decideRefresh({ expireTime }, open, issued)).toBe('rotate');
    expect(decideRefresh({ expireTime }, open, expireTime)).toBe('expired');
  });

  test('a used token answers the same for ten seconds, then it is a theft', () => {
    const used = { expireTime, useTime: issued };
    expect(decideRefresh(used, open, issued.add({ seconds: 10 }))).toBe('repeat');
    expect(decideRefresh(used, open, issued.add({ milliseconds: 10_001 }))).toBe('reused');
  });

  test('no token of a revoked session is good, whatever its state', () => {
    const revoked = { revokeTime: issued };
    expect(decideRefresh({ expireTime }, revoked, issued)).toBe('revoked');
    expect(decideRefresh({ expireTime, useTime: issued }, revoked, issued)).toBe('revoked');
  });
});
