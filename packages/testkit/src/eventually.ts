import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/**
 * Repeats the check until it neither throws nor answers false, and answers what it answered. When
 * the time is over, throws the last error, or says that the answer stayed false.
 */
export async function eventually<T>(
  { withinMs }: { readonly withinMs: number },
  check: () => T | Promise<T>,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const outcome = await attempt(check);
    if (outcome.held) return outcome.answer;
    if (performance.now() >= deadline) {
      if (!Error.isError(outcome.error)) throw outcome.error;
      outcome.error.message = `Not within ${withinMs} ms: ${outcome.error.message}`;
      throw outcome.error;
    }
    await delay(PAUSE_MS);
  }
}

async function attempt<T>(check: () => T | Promise<T>) {
  try {
    const answer = await check();
    if (answer !== false) return { held: true, answer } as const;
    return { held: false, error: new Error('the condition stayed false') } as const;
  } catch (error) {
    return { held: false, error } as const;
  }
}
