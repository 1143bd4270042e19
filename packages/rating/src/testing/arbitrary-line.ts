import { money, rational } from '@tollgate/money';
import * as fc from 'fast-check';
import { type Line, type Price, rateLine, type Usage } from '../index.ts';
import { price, share } from './arbitrary-price.ts';

const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));
/** Any text without lone surrogates. The unit `binary` has the same, by a map of a million entries. */
const anyText = fc.string({
  unit: fc
    .integer({ min: 0, max: 0x10_f7ff })
    .map((point) => String.fromCodePoint(point < 0xd800 ? point : point + 0x800)),
});
/** Any printable ASCII but a space. */
const evidenceDigest = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCodePoint(code)),
  minLength: 1,
  maxLength: 128,
});
const time = fc
  .bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n })
  .map((ns) => Temporal.Instant.fromEpochNanoseconds(ns));
const events: fc.Arbitrary<Usage> = fc
  .uniqueArray(fc.record({ id: anyText, time, amount }), {
    selector: ({ id }) => id,
    maxLength: 6,
  })
  .map((list) => ({ events: list }));

/** Any usage that the price can be rated with: fractions of any size, any text as an id. */
function usageFor({ model }: Price): fc.Arbitrary<Usage> {
  if (model.kind === 'percentage') return events;
  return fc.oneof(
    events,
    amount.map((quantity) => ({ quantity })),
  );
}

/** Any line at all, with everything that may be given besides price and usage, or without. */
export const line: fc.Arbitrary<Line> = price.chain((given) =>
  fc
    .record(
      {
        usage: usageFor(given),
        share,
        billed: fc
          .bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
          .map((units) => money(units, given.currency)),
        interim: fc.boolean(),
        evidence: fc.record({
          eventCount: fc.bigInt({ min: 0n, max: 10n ** 12n }),
          digest: evidenceDigest,
        }),
      },
      { requiredKeys: ['usage'] },
    )
    .map((rest) => rateLine({ price: given, ...rest })),
);
