import { inspect } from 'node:util';

/** A value that never prints itself: not in logs, not in JSON, not in an inspected object. */
export interface Secret {
  /** The value. Call it where the value is used, never to keep a copy. */
  reveal(): string;
  /** Always `[redacted]`. */
  toString(): string;
}

const redacted = '[redacted]';

/** Wraps a secret text. */
export function secret(value: string): Secret {
  return Object.freeze({
    reveal: () => value,
    toString: () => redacted,
    toJSON: () => redacted,
    [inspect.custom]: () => redacted,
  });
}
