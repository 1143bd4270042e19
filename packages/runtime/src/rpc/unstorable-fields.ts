import type { DescField } from '@bufbuild/protobuf';
import { isReflectMessage, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';
import type { FieldViolation } from '../errors/failure.ts';

/** The years 1 to 9999, which a protobuf timestamp may name, in seconds since 1970. */
const secondsMin = -62_135_596_800n;
const secondsMax = 253_402_300_799n;
const nanosMax = 999_999_999;

/**
 * Fields of an input that no rule of a proto speaks of and nobody can store: a text with a NUL, which
 * Postgres takes for the end of the statement, and a time that is none. JSON cannot say the latter,
 * binary can. `path` stands before the names; all are found at once.
 */
export function unstorableFields(message: ReflectMessage, path = ''): FieldViolation[] {
  if (message.desc.typeName === TimestampSchema.typeName) return timeViolations(message, path);
  const prefix = path === '' ? '' : `${path}.`;
  return message.fields
    .filter((field) => message.isSet(field))
    .flatMap((field) => fieldViolations(message, { field, path: `${prefix}${field.name}` }));
}

function fieldViolations(
  message: ReflectMessage,
  { field, path }: { field: DescField; path: string },
): FieldViolation[] {
  if (field.fieldKind === 'list') {
    return [...message.get(field)].flatMap((item, at) => valueViolations(item, `${path}[${at}]`));
  }
  if (field.fieldKind === 'map') {
    return [...message.get(field)].flatMap(([key, value]) => [
      ...valueViolations(key, path),
      ...valueViolations(value, `${path}[${JSON.stringify(key)}]`),
    ]);
  }
  return valueViolations(message.get(field), path);
}

function valueViolations(value: unknown, path: string): FieldViolation[] {
  if (typeof value === 'string') {
    return value.includes('\0')
      ? [{ field: path, description: 'must not contain the character NUL' }]
      : [];
  }
  return isReflectMessage(value) ? unstorableFields(value, path) : [];
}

function timeViolations({ message }: ReflectMessage, path: string): FieldViolation[] {
  // The descriptor's name says that it is one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { seconds, nanos } = message as Timestamp;
  const isTime = seconds >= secondsMin && seconds <= secondsMax && nanos >= 0 && nanos <= nanosMax;
  return isTime ? [] : [{ field: path, description: 'must be a time of the years 1 to 9999' }];
}
