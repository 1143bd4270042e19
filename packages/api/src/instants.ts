import { create } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';

/** The message of an instant, cut to the microsecond like everything stored. */
export function toProtoTime(instant: Temporal.Instant): Timestamp {
  // A shift by bits rounds down before 1970, too, where a division would round towards it.
  const micros = (instant.epochNanoseconds - modulo(instant.epochNanoseconds, 1_000n)) / 1_000n;
  const microsOfSecond = modulo(micros, 1_000_000n);
  return create(TimestampSchema, {
    seconds: (micros - microsOfSecond) / 1_000_000n,
    nanos: Number(microsOfSecond) * 1_000,
  });
}

/** The instant of a message, exact. Throws RangeError outside the years 1 to 9999 of a timestamp. */
export function fromProtoTime({ seconds, nanos }: Timestamp): Temporal.Instant {
  return Temporal.Instant.fromEpochNanoseconds(seconds * 1_000_000_000n + BigInt(nanos));
}

/** The remainder of a division that rounds down: never negative. */
function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}
