import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { tooManyLogins } from '../errors.ts';
import { fromStoredText, isWeaker, toStoredText } from './domain/stored-password.ts';

/** Argon2id as OWASP recommends it: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const nonceBytes = 16;
const tagBytes = 32;

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
  const nobodys = await hash(randomBytes(16).toString('hex'));
  return {
    hash: (password) => inTurn(() => hash(password)),
    verify: (stored, password) =>
      inTurn(async () => {
        const matches = await verify(stored ?? nobodys, password);
        return matches && stored !== undefined;
      }),
    needsRehash: (stored) => isWeaker(fromStoredText(stored), cost),
  };
}

const derive = promisify(argon2);

async function hash(password: string): Promise<string> {
  const nonce = randomBytes(nonceBytes);
  const tag = await derive('argon2id', { ...cost, message: password, nonce, tagLength: tagBytes });
  return toStoredText({ ...cost, nonce, tag });
}

/** Does the work that the stored hash was made with. */
async function verify(stored: string, password: string): Promise<boolean> {
  const { tag, ...made } = fromStoredText(stored);
  const tagLength = tag.length;
  return timingSafeEqual(tag, await derive('argon2id', { ...made, message: password, tagLength }));
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
