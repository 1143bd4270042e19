import { decimalViolations, MoneyError, parseMoney } from '@tollgate/money';
import { ratingError } from './errors.ts';
import { parseExact } from './exact-text.ts';
import { type LineDocument, toLineDocument } from './line-document.ts';
import { parsePrice } from './price.ts';
import { isRecord, type JsonRecord } from './price-fields.ts';
import { type Line, type LineInput, rateLine } from './rate-line.ts';
import type { Usage } from './usage.ts';

/** Most events of one line that are read back. */
const EVENTS_MAX = 10_000_000;

/**
 * Rates a stored line again, from its input alone: the same line comes out. Takes any JSON.
 * Throws INVALID_LINE when it is no line, when its input does not fit its digest (somebody altered
 * it), INVALID_PRICE and INVALID_USAGE when no such line can exist.
 */
export function recompute(document: unknown): Line {
  const { input, digest } = record(document, 'line');
  const line = rateLine(parseInput(record(input, 'input')));
  if (line.digest === digest) return line;
  throw ratingError('INVALID_LINE', 'digest', 'matches_input', 'does not fit the input.');
}

/**
 * The fields of a stored line that differ from its recomputation, such as `amount` or `steps`;
 * empty when every figure in it is right. Throws as `recompute` does.
 */
export function wrongFields(document: LineDocument): string[] {
  const right: JsonRecord = { ...toLineDocument(recompute(document)) };
  const given: JsonRecord = { ...document };
  const names = new Set([...Object.keys(right), ...Object.keys(given)]);
  return [...names].filter((name) => !sameJson(right[name], given[name])).sort();
}

function parseInput(input: JsonRecord): LineInput {
  const { share, billed, interim, evidence } = input;
  const price = parsePrice(input['price']);
  return {
    price,
    usage: parseUsage(record(input['usage'], 'usage')),
    ...(share !== undefined && { share: parseExact(share, 'share') }),
    ...(billed !== undefined && { billed: parseBilled(billed, price.currency) }),
    ...(interim !== undefined && { interim: flag(interim) }),
    ...(evidence !== undefined && { evidence: parseEvidence(record(evidence, 'evidence')) }),
  };
}

function parseUsage({ quantity, events }: JsonRecord): Usage {
  if (events === undefined) return { quantity: parseExact(quantity, 'usage.quantity') };
  if (!Array.isArray(events) || events.length > EVENTS_MAX) {
    throw ratingError('INVALID_LINE', 'usage.events', 'list', 'must be a list of events.');
  }
  return {
    events: events.map((event: unknown, index) => {
      const field = `usage.events[${index}]`;
      const { id, time, amount } = record(event, field);
      return {
        id: text(id, `${field}.id`),
        time: instant(time, `${field}.time`),
        amount: parseExact(amount, `${field}.amount`),
      };
    }),
  };
}

function parseEvidence({ event_count: count, digest }: JsonRecord) {
  if (decimalViolations(count, { fractionDigitsMax: 0 }).length > 0) {
    throw ratingError('INVALID_LINE', 'evidence.event_count', 'whole', 'must be a whole number.');
  }
  return { eventCount: BigInt(String(count)), digest: text(digest, 'evidence.digest') };
}

function parseBilled(billed: unknown, currency: LineInput['price']['currency']) {
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
  try {
    return Temporal.Instant.from(text(value, field));
  } catch (cause) {
    const error = ratingError('INVALID_LINE', field, 'instant', 'must be an RFC 3339 instant.');
    error.cause = cause;
    throw error;
  }
}

function record(value: unknown, field: string): JsonRecord {
  if (isRecord(value)) return value;
  throw ratingError('INVALID_LINE', field, 'object', 'must be an object.');
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw ratingError('INVALID_LINE', field, 'text', 'must be a text.');
}

function flag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw ratingError('INVALID_LINE', 'interim', 'boolean', 'must be true or false.');
}

function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [ours, theirs] = [Object.entries(left), new Map(Object.entries(right))];
  if (ours.length !== theirs.size) return false;
  return ours.every(([key, value]) => theirs.has(key) && sameJson(value, theirs.get(key)));
}
