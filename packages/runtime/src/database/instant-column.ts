import { Type } from '@mikro-orm/postgresql';
import { instantFromText, textFromInstant } from './driver-values.ts';

/**
 * A `timestamptz` column as Temporal.Instant, exact to the microsecond that Postgres keeps:
 * `createTime: p.type(instantColumn).$type<Temporal.Instant>()`, or shorter `instant()`.
 */
export class InstantColumn extends Type<Temporal.Instant | null, string | null> {
  override convertToDatabaseValue(value: Temporal.Instant | string | null): string | null {
    if (value === null || value === undefined) return null;
    return textFromInstant(typeof value === 'string' ? instantFromText(value) : value);
  }
  override convertToJSValue(value: Temporal.Instant | string | null): Temporal.Instant | null {
    if (value === null || value === undefined) return null;
    return typeof value === 'string' ? instantFromText(value) : value;
  }
  override compareAsType(): string {
    return 'string';
  }
  override getColumnType(): string {
    return 'timestamptz';
  }
}
