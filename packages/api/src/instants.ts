import { create } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';

/** The message of an instant, cut to the microsecond like everything stored. */
export function toProtoTime(instant: Temporal.Instant): Timestamp {
  const micros = (instant.epochNanoseconds - modulo(instant.epochNanoseconds, 1_000n)) / 1_000n;
  const microsOfSecond = modulo(micros, 1_000_000n);
  return create(TimestampSchema, {
    seconds: (micros - microsOfSecond) / 1_000_000n,
    nanos: Number(microsOfSecond) * 1_000,
  });
}

/**
 * The instant of a message, exact. A message that came as an input names a year from 1 to 9999: it
 * was checked. Throws RangeError beyond what an instant can be, 100,000,000 days around 1970.
 */
export function fromProtoTime({ seconds, nanos }: Timestamp): Temporal.Instant {
  return Temporal.Instant.fromEpochNanoseconds(seconds * 1_000_000_000n + BigInt(nanos));
}

/** The remainder of a division that rounds down: never negative. */
function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}
