import { RatingError, ratingError } from './errors.ts';
import { LINE_FORMAT, type LineDocument, toLineDocument } from './line-document.ts';
import { parseLineInput, record } from './parse-line-input.ts';
import type { JsonRecord } from './price-fields.ts';
import { type Line, rateLine } from './rate-line.ts';

/**
 * Rates a stored line again, from its input alone: the same line comes out. Takes any JSON.
 * Throws INVALID_LINE when it is no line of this format, when its input does not fit its digest, or
 * naming every field (`amount`, `currency`, `steps`, …) that is not what the input comes to;
 * INVALID_PRICE, INVALID_USAGE, INVALID_INPUT and money's OUT_OF_RANGE when no such line can exist.
 * The digest has no key: it finds mistakes, not a forger who writes a new line with its own digest.
 */
export function recompute(document: unknown): Line {
  const stored = record(document, 'line');
  const line = ratedAgain(stored);
  const violations = differences(line, stored).map((field) => {
    return { field, rule: 'recomputed', message: 'is not what the input comes to.' };
  });
  if (violations.length > 0) throw new RatingError('INVALID_LINE', violations);
  return line;
}

/**
 * Which figures of a stored line are wrong, such as `amount` or `steps`, for whoever wants to list
 * them: those for which `recompute` would refuse it; empty when it would not. Throws as `recompute`
 * does when the line cannot be rated again at all.
 */
export function wrongFields(document: LineDocument): string[] {
  const stored = record(document, 'line');
  return differences(ratedAgain(stored), stored);
}

function ratedAgain({ format, input, digest }: JsonRecord): Line {
  if (format !== LINE_FORMAT) {
    throw ratingError('INVALID_LINE', 'format', 'known', `must be ${LINE_FORMAT}.`);
  }
  const line = rateLine(parseLineInput(input));
  if (line.digest === digest) return line;
  throw ratingError('INVALID_LINE', 'digest', 'matches_input', 'does not fit the input.');
}

/** All fields but the input, whose content the digest stands for in whatever form it is written. */
function differences(line: Line, stored: JsonRecord): string[] {
  const right: JsonRecord = { ...toLineDocument(line), input: undefined };
  const given: JsonRecord = { ...stored, input: undefined };
  const names = new Set([...Object.keys(right), ...Object.keys(given)]);
  return [...names].filter((name) => !sameJson(right[name], given[name])).sort();
}

function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [ours, theirs] = [Object.entries(left), new Map(Object.entries(right))];
  if (ours.length !== theirs.size) return false;
  return ours.every(([key, value]) => theirs.has(key) && sameJson(value, theirs.get(key)));
}
