import {
  type Currency,
  decimalViolations,
  type Money,
  MoneyError,
  parseMoney,
} from '@tollgate/money';
import { RatingError, ratingError } from './errors.ts';
import { parseExact } from './exact-text.ts';
import type { LineInput } from './line-input.ts';
import { parsePrice } from './price.ts';
import { isRecord, type JsonRecord } from './price-fields.ts';

/** Most events of one line that are read back. */
const EVENTS_MAX = 10_000_000;

/** Reads one part; when it is broken, remembers why and goes on with the others. */
type Attempt = <Value>(read: () => Value) => Value | undefined;

/**
 * The input of a stored line, of which nothing is known yet. Throws INVALID_PRICE naming every rule
 * that its price breaks; else INVALID_LINE naming everything that cannot be read or has no meaning.
 */
export function parseLineInput(value: unknown): LineInput {
  const errors: RatingError[] = [];
  const attempt: Attempt = (read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RatingError)) throw error;
      errors.push(error);
      return undefined;
    }
  };
  const input = record(value, 'input');
  const { price: document, usage, share, billed, interim, evidence } = input;
  const price = parsePrice(document);
  const names = ['price', 'usage', 'share', 'billed', 'interim', 'evidence'];
  attempt(() => onlyFields(input, 'input', names));
  const parsed = {
    price,
    usage: attempt(() => parseUsage(record(usage, 'usage'), attempt)),
    ...(share !== undefined && { share: attempt(() => parseExact(share, 'share')) }),
    ...(billed !== undefined && { billed: attempt(() => parseBilled(billed, price.currency)) }),
    ...(interim !== undefined && { interim: attempt(() => flag(interim, 'interim')) }),
    ...(evidence !== undefined && {
      evidence: attempt(() => parseEvidence(record(evidence, 'evidence'), attempt)),
    }),
  };
  if (errors.length > 0) throw together(errors);
  // Nothing is missing, as no attempt failed.
  return parsed as LineInput;
}

function together(errors: readonly RatingError[]): RatingError {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  const violations = errors.flatMap((error) => error.violations);
  const error = new RatingError('INVALID_LINE', violations);
  error.cause = new AggregateError(errors);
  return error;
}

function parseUsage(usage: JsonRecord, attempt: Attempt) {
  const { quantity, events } = usage;
  attempt(() => onlyFields(usage, 'usage', [events === undefined ? 'quantity' : 'events']));
  if (events === undefined) return { quantity: parseExact(quantity, 'usage.quantity') };
  if (!Array.isArray(events) || events.length > EVENTS_MAX) {
    throw ratingError('INVALID_LINE', 'usage.events', 'list', 'must be a list of events.');
  }
  // Unlike map this looks into the holes of a list, too.
  return {
    events: Array.from(events, (event: unknown, index) =>
      attempt(() => parseEvent(event, `usage.events[${index}]`, attempt)),
    ),
  };
}

function parseEvent(value: unknown, field: string, attempt: Attempt) {
  const event = record(value, field);
  attempt(() => onlyFields(event, field, ['id', 'time', 'amount']));
  return {
    id: attempt(() => text(event['id'], `${field}.id`)),
    time: attempt(() => instant(event['time'], `${field}.time`)),
    amount: attempt(() => parseExact(event['amount'], `${field}.amount`)),
  };
}

function parseEvidence(evidence: JsonRecord, attempt: Attempt) {
  const { event_count: count, digest } = evidence;
  attempt(() => onlyFields(evidence, 'evidence', ['event_count', 'digest']));
  return {
    eventCount: attempt(() => wholeNumber(count, 'evidence.event_count')),
    digest: attempt(() => text(digest, 'evidence.digest')),
  };
}

function parseBilled(billed: unknown, currency: Currency): Money {
  try {
    return parseMoney(text(billed, 'billed'), currency, { allowNegative: true, field: 'billed' });
  } catch (cause) {
    if (!(cause instanceof MoneyError)) throw cause;
    const error = ratingError('INVALID_LINE', 'billed', 'amount', cause.message);
    error.cause = cause;
    throw error;
  }
}

function instant(value: unknown, field: string): Temporal.Instant {
  const given = text(value, field);
  try {
    return Temporal.Instant.from(given);
  } catch (cause) {
    const error = ratingError('INVALID_LINE', field, 'instant', 'must be an RFC 3339 instant.');
    error.cause = cause;
    throw error;
  }
}

function wholeNumber(value: unknown, field: string): bigint {
  if (decimalViolations(value, { fractionDigitsMax: 0 }).length === 0) return BigInt(String(value));
  throw ratingError('INVALID_LINE', field, 'whole', 'must be a whole number.');
}

/** The own fields of an object: what it inherits was never stored. */
export function record(value: unknown, field: string): JsonRecord {
  if (isRecord(value)) return { ...value };
  throw ratingError('INVALID_LINE', field, 'object', 'must be an object.');
}

/** What has no meaning is refused, not ignored: somebody may have meant it to change the amount. */
function onlyFields(values: JsonRecord, path: string, names: readonly string[]): void {
  const violations = Object.keys(values)
    .filter((name) => !names.includes(name))
    .map((name) => {
      return { field: `${path}.${name}`, rule: 'known', message: 'is no field of a line.' };
    });
  if (violations.length > 0) throw new RatingError('INVALID_LINE', violations);
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw ratingError('INVALID_LINE', field, 'text', 'must be a text.');
}

function flag(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw ratingError('INVALID_LINE', field, 'boolean', 'must be true or false.');
}
