import { type Rational, sign } from '@tollgate/money';
import type { Price, PriceModel } from '@tollgate/rating';

/** Whether no usage at all makes a price ask for anything. */
export function costsNothing({ model, kept, minimum, maximum }: Price): boolean {
  if (minimum !== undefined && !isZero(minimum)) return false;
  if (isZero(kept) || (maximum !== undefined && isZero(maximum))) return true;
  return asksNothing(model);
}

function asksNothing(model: PriceModel): boolean {
  switch (model.kind) {
    case 'flat':
      return isZero(model.amount);
    case 'per_unit':
    case 'package':
    case 'dynamic':
      return isZero(model.unitPrice);
    case 'graduated':
    case 'volume':
    case 'capacity':
    case 'graduated_percentage':
      return model.tiers.every(({ unitPrice, flatFee }) => isZero(unitPrice) && isZero(flatFee));
    case 'percentage': {
      const { rate, fee, eventMinimum } = model;
      return isZero(rate) && isZero(fee) && (eventMinimum === undefined || isZero(eventMinimum));
    }
  }
}

function isZero(value: Rational): boolean {
  return sign(value) === 0;
}
