import { describe, expect, test } from '@jest/globals';
import { errorOf, nextStep } from './retry.ts';

const parts = { attempt: 1, retryDelaysMs: [0, 5_000, 300_000], jitter: 0 };

describe('after an attempt', () => {
  test.each([200, 201, 204, 299])('%i is success', (statusCode) => {
    expect(nextStep({ kind: 'answered', statusCode }, parts)).toEqual({ step: 'delivered' });
  });

  test.each([199, 301, 302, 400, 404, 408, 429, 500, 503])('%i is retried', (statusCode) => {
    expect(nextStep({ kind: 'answered', statusCode }, parts)).toEqual({
      step: 'retry',
      delayMs: 5_000,
    });
  });

  test('the schedule is followed to its end, then the delivery is dead', () => {
    const failed = { kind: 'failed', cause: 'timed out' } as const;
    expect(nextStep(failed, { ...parts, attempt: 2 })).toEqual({ step: 'retry', delayMs: 300_000 });
    expect(nextStep(failed, { ...parts, attempt: 3 })).toEqual({ step: 'dead' });
  });

  test('jitter stretches the wait by at most a tenth', () => {
    const failed = { kind: 'failed', cause: 'timed out' } as const;
    expect(nextStep(failed, { ...parts, jitter: 1 })).toEqual({ step: 'retry', delayMs: 5_500 });
  });

  test('410 disables the endpoint', () => {
    expect(nextStep({ kind: 'answered', statusCode: 410 }, parts)).toMatchObject({
      step: 'dead-and-disable',
    });
  });

  test.each([429, 503])('%i with a longer retry-after is obeyed, up to a day', (statusCode) => {
    const asked = (retryAfterMs: number) =>
      nextStep({ kind: 'answered', statusCode, retryAfterMs }, parts);
    expect(asked(60_000)).toEqual({ step: 'retry', delayMs: 60_000 });
    expect(asked(1)).toEqual({ step: 'retry', delayMs: 5_000 });
    expect(asked(10 ** 9)).toEqual({ step: 'retry', delayMs: 86_400_000 });
  });
});

test('what went wrong is said of every attempt but a successful one', () => {
  expect(errorOf({ kind: 'answered', statusCode: 204 })).toBe('');
  expect(errorOf({ kind: 'answered', statusCode: 302 })).toBe('answered 302');
  expect(errorOf({ kind: 'failed', cause: 'timed out' })).toBe('timed out');
});
