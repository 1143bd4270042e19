import { type Rational, sign } from '@tollgate/money';
import type { Price, PriceModel } from '@tollgate/rating';

/**
 * Whether no usage at all makes a price ask for anything. False for kinds that are not for counts,
 * whatever they ask.
 */
export function costsNothing({ model, kept, minimum, maximum }: Price): boolean {
  if (minimum !== undefined && !isZero(minimum)) return false;
  if (isZero(kept) || (maximum !== undefined && isZero(maximum))) return true;
  return asksNothing(model);
}

function asksNothing(model: PriceModel): boolean {
  switch (model.kind) {
    case 'per_unit':
    case 'package':
      return isZero(model.unitPrice);
    case 'graduated':
    case 'volume':
      return model.tiers.every(({ unitPrice, flatFee }) => isZero(unitPrice) && isZero(flatFee));
    default:
      return false;
  }
}

function isZero(value: Rational): boolean {
  return sign(value) === 0;
}
