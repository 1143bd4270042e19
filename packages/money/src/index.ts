export { allocate, allocateWithin, roundTogether } from './allocate.ts';
export {
  type Currency,
  currency,
  currencyCodes,
  customCurrency,
  isCurrencyCode,
  sameCurrency,
} from './currency.ts';
export {
  type DecimalLimits,
  decimalViolations,
  exactText,
  parseDecimal,
  toDecimal,
} from './decimal.ts';
export { applyDiscounts, type Discount, type DiscountResult } from './discount.ts';
export { MoneyError, type MoneyErrorReason, type Violation } from './errors.ts';
export { formatMoney } from './format.ts';
export {
  addMoney,
  compareMoney,
  exactValue,
  MINOR_UNITS_MAX,
  type Money,
  money,
  moneyToDecimal,
  negateMoney,
  parseMoney,
  roundToMoney,
  subtractMoney,
  sumMoney,
} from './money.ts';
export {
  compare,
  dividedBy,
  minus,
  negated,
  ONE,
  percent,
  plus,
  type Rational,
  rational,
  reduced,
  sign,
  sum,
  times,
  ZERO,
} from './rational.ts';
export type { Rounding } from './rounding.ts';
export {
  type TaxableLine,
  type TaxedLine,
  type TaxInput,
  type TaxRate,
  type TaxResult,
  taxLines,
} from './tax.ts';
