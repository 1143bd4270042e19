import { types } from 'pg';

/** How values cross the border to Postgres: exact types only, never a float for a count or sum. */
const parsers = new Map<number, (text: string) => unknown>([
  [types.builtins.INT8, BigInt],
  [types.builtins.TIMESTAMPTZ, instantFromText],
  [types.builtins.NUMERIC, String],
  [types.builtins.DATE, String],
  [types.builtins.TIMESTAMP, String],
  [types.builtins.INTERVAL, String],
]);

/** Type parsers of a connection, in the form `pg` takes. */
export const driverTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parser = format === 'binary' ? undefined : parsers.get(oid);
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- any oid, as the driver asks
    return parser ?? types.getTypeParser(oid, format);
  },
};

/** A parameter in a form that `pg` writes exactly. */
export function toParameter(value: unknown): unknown {
  if (value instanceof Temporal.Instant) return textFromInstant(value);
  if (Array.isArray(value)) return value.map(toParameter);
  return value;
}

/** An instant as Postgres reads it: UTC, microseconds, what is finer is cut off. */
export function textFromInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'microsecond', roundingMode: 'floor' });
}

/** An instant as Postgres prints it (`2026-01-31 12:00:00.5+00`). Infinity is not an instant. */
export function instantFromText(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}
