import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { tooManyLogins } from '../errors.ts';

/** Argon2id as OWASP recommends it: 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Passwords that may wait for their turn; the next one is refused instead of waiting too long. */
const waitingMax = 100;
/** After this long the caller may try again, in milliseconds. */
const retryAfterMs = 1_000;

/** Hashes passwords off the event loop, a few at a time. */
export interface PasswordHasher {
  /** The hash to store (PHC text). Throws RATE_LIMITED when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of the stored hash. Without a stored hash it answers false after
   * the same work, so that the time does not tell unknown users from wrong passwords.
   */
  verify(stored: string | undefined, password: string): Promise<boolean>;
  /** Whether the stored hash was made with weaker parameters than today's. */
  needsRehash(stored: string): boolean;
}

/** A hasher that works on at most `atOnce` passwords at the same time. */
export async function createPasswordHasher(atOnce: number): Promise<PasswordHasher> {
  const inTurn = createQueue(atOnce);
  const nobodys = await hash(randomBytes(16), parameters);
  return {
    hash: (password) => inTurn(() => hash(password, parameters)),
    verify: (stored, password) =>
      inTurn(async () => {
        const matches = await verify(stored ?? nobodys, password);
        return matches && stored !== undefined;
      }),
    needsRehash(stored) {
      const made = parseOptions(stored);
      return made.memoryCost < parameters.memoryCost || made.timeCost < parameters.timeCost;
    },
  };
}

function createQueue(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax) throw tooManyLogins(retryAfterMs);
      // Who ends hands its place to the one who waits the longest.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
