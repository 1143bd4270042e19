import { outageOf } from '@tollgate/runtime/errors';
import { ReplyError } from 'ioredis';
import { RedisRefusal } from './reply-parser.ts';

/** A run of Redis, and not after it was asked, by its clock in microseconds since 1970. */
export interface Asked {
  readonly run: number;
  readonly atUs: number;
}

/**
 * Redis did not answer in time, answered with an error, or was not asked at all. In the first case
 * it may have charged, and a repetition is charged once only as long as Redis remembers the first.
 */
export class CountersUnavailable extends Error {
  override readonly name = 'CountersUnavailable';
  /**
   * Until when it may be asked again, in milliseconds of the monotonic clock. Endless when nothing
   * can have been done.
   */
  readonly repeatUntilMs: number;
  /** Of whom it was asked first, if it was: another run may have lost what that one remembered. */
  readonly asked: Asked | undefined;

  constructor(
    message: string,
    {
      repeatUntilMs = Number.POSITIVE_INFINITY,
      asked,
      ...options
    }: ErrorOptions & { repeatUntilMs?: number; asked?: Asked | undefined } = {},
  ) {
    super(message, options);
    this.repeatUntilMs = repeatUntilMs;
    this.asked = asked;
  }

  /** Whether Redis is there and refused just this: it may well do what is asked of it next. */
  get isRefusal(): boolean {
    return this.cause instanceof ReplyError || this.cause instanceof RedisRefusal;
  }

  /** Whether Redis may have done what it was asked, although nobody has heard of it. */
  get mayBeDone(): boolean {
    return this.repeatUntilMs < Number.POSITIVE_INFINITY;
  }
}

/** Whether Redis or Postgres is away, so that no tenant's turn can come. */
export function isOut(error: unknown): boolean {
  if (error instanceof CountersUnavailable) return !error.isRefusal;
  return outageOf(error) !== undefined;
}
