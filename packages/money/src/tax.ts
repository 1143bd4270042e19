import { roundTogether } from './allocate.ts';
import { type Currency, sameCurrency } from './currency.ts';
import { MoneyError, type Violation } from './errors.ts';
import { exactValue, type Money, roundToMoney, subtractMoney, sumMoney } from './money.ts';
import { dividedBy, ONE, plus, type Rational, sign, times, ZERO } from './rational.ts';
import { roundWithin } from './tax-room.ts';

/** One tax. The order of taxes in a list matters only for compound ones. */
export interface TaxRate {
  /** Unique within one calculation; lines refer to it. */
  readonly code: string;
  /** Exact fraction, not negative: 19 percent is `percent(parseDecimal('19'))`. */
  readonly rate: Rational;
  /** Whether it is also levied on the taxes that stand before it in the list. Default false. */
  readonly compound?: boolean;
}

/** A line of an invoice before tax. */
export interface TaxableLine {
  /** What the invoice shows, discounts already split over the lines; may be negative. */
  readonly amount: Money;
  /** Codes of the taxes on this line; none makes it exempt. */
  readonly taxes: readonly string[];
}

/** What `taxLines` takes. */
export interface TaxInput {
  /** That of every line; its law rounds the taxes. */
  readonly currency: Currency;
  /** In the order in which they are levied; any number. */
  readonly rates: readonly TaxRate[];
  readonly lines: readonly TaxableLine[];
  /** Whether the amounts of the lines already contain their taxes. Default false. */
  readonly inclusive?: boolean;
  /**
   * `per_rate` (default) rounds once per tax, on the sum of its lines, and splits the result over
   * the lines by largest remainder; `per_line` rounds each tax of each line and adds them up.
   */
  readonly rounding?: 'per_rate' | 'per_line';
}

/** A line with its taxes; net and taxes add up to gross. */
export interface TaxedLine {
  readonly net: Money;
  /** One amount per tax of the line, in the order of the rates. */
  readonly taxes: readonly { readonly code: string; readonly tax: Money }[];
  readonly gross: Money;
}

/** Parts add up everywhere: per line, per tax and over all, net + tax = gross. */
export interface TaxResult {
  readonly lines: readonly TaxedLine[];
  /** One entry per rate that some line has; `net` is the sum of those lines without any tax. */
  readonly totals: readonly { readonly code: string; readonly net: Money; readonly tax: Money }[];
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
}

/**
 * Taxes an invoice. A tax of rate r on a line is r times its net amount, plus, when compound, r
 * times the taxes before it on that line; with inclusive amounts the net is gross / (1 + all of
 * these together). All of it is exact; only the tax is rounded, and an inclusive net is what is
 * left of the gross. That is never below zero while the line is not and the taxes of every line are
 * together at most 100 percent of its net amount; with more than that, rounded per rate, it may be.
 * Throws INVALID_TAX naming every broken rule, a line in another currency too; OUT_OF_RANGE.
 */
export function taxLines(input: TaxInput): TaxResult {
  const { currency, rates, lines, inclusive = false } = input;
  checkInput(input);
  sumMoney(
    lines.map(({ amount }) => amount),
    currency,
  );
  const exact = lines.map((line) => exactTaxes(line, rates, inclusive));
  const rounded = roundedTaxes(
    input,
    rates.map(({ code }) => exact.map((taxes) => taxes.get(code) ?? ZERO)),
  );
  const taxed = lines.map((line, index): TaxedLine => {
    const taxes = rates.flatMap(({ code }, rate) => {
      // Stryker disable next-line OptionalChaining: every rate has its list
      const tax = rounded[rate]?.[index];
      // Stryker disable next-line ConditionalExpression: every line has its tax
      return tax !== undefined && line.taxes.includes(code) ? [{ code, tax }] : [];
    });
    return closed(line.amount, taxes, inclusive);
  });
  return { lines: taxed, ...totalsOf(taxed, rates, currency) };
}

/** For each tax its amounts by line, from the exact ones in major units. */
function roundedTaxes(
  { currency, lines, inclusive = false, rounding = 'per_rate' }: TaxInput,
  exact: readonly (readonly Rational[])[],
): Money[][] {
  if (rounding === 'per_line') {
    return exact.map((values) => values.map((value) => roundToMoney(value, currency)));
  }
  if (!inclusive) return exact.map((values) => roundTogether(values, currency));
  const amounts = lines.map(({ amount }) => amount);
  return roundWithin(amounts, exact, currency);
}

/** The exact taxes of one line, in major units, by code. */
function exactTaxes(
  { amount, taxes }: TaxableLine,
  rates: readonly TaxRate[],
  inclusive: boolean,
): Map<string, Rational> {
  const factors = new Map<string, Rational>();
  let before = ZERO;
  for (const { code, rate, compound = false } of rates) {
    if (!taxes.includes(code)) continue;
    const factor = compound ? times(rate, plus(ONE, before)) : rate;
    factors.set(code, factor);
    before = plus(before, factor);
  }
  const shown = exactValue(amount);
  const net = inclusive ? dividedBy(shown, plus(ONE, before)) : shown;
  return new Map([...factors].map(([code, factor]) => [code, times(net, factor)]));
}

function closed(amount: Money, taxes: TaxedLine['taxes'], inclusive: boolean): TaxedLine {
  const tax = sumMoney(
    taxes.map((entry) => entry.tax),
    amount.currency,
  );
  const net = inclusive ? subtractMoney(amount, tax) : amount;
  return { net, taxes, gross: sumMoney([net, tax], amount.currency) };
}

function totalsOf(
  lines: readonly TaxedLine[],
  rates: readonly TaxRate[],
  currency: Currency,
): Omit<TaxResult, 'lines'> {
  const totals = rates.flatMap(({ code }) => {
    const concerned = lines.filter(({ taxes }) => taxes.some((entry) => entry.code === code));
    if (concerned.length === 0) return [];
    const amounts = concerned.flatMap(({ taxes }) =>
      taxes.filter((entry) => entry.code === code).map(({ tax }) => tax),
    );
    const net = sumMoney(
      concerned.map((line) => line.net),
      currency,
    );
    return [{ code, net, tax: sumMoney(amounts, currency) }];
  });
  const total = (of: (line: TaxedLine) => Money) => sumMoney(lines.map(of), currency);
  const net = total((line) => line.net);
  const gross = total((line) => line.gross);
  return { totals, net, tax: subtractMoney(gross, net), gross };
}

function checkInput({ currency, rates, lines }: TaxInput): void {
  const violations: Violation[] = [];
  const broken = (field: string, rule: string, message: string) =>
    violations.push({ field, rule, message });
  const codes = rates.map(({ code }) => code);

  rates.forEach(({ code, rate }, index) => {
    if (codes.indexOf(code) !== index) broken(`rates[${index}].code`, 'unique', 'comes twice.');
    if (sign(rate) < 0) broken(`rates[${index}].rate`, 'not_negative', 'must not be negative.');
    if (rate.denominator <= 0n) {
      broken(`rates[${index}].rate`, 'positive', 'must have a denominator above zero.');
    }
  });
  lines.forEach(({ amount, taxes }, index) => {
    if (!sameCurrency(amount.currency, currency)) {
      const message = `${amount.currency.code} cannot be combined with ${currency.code}.`;
      broken(`lines[${index}].amount`, 'same_currency', message);
    }
    const field = `lines[${index}].taxes`;
    for (const code of taxes) {
      if (!codes.includes(code)) broken(field, 'known', `names the unknown tax "${code}".`);
    }
    if (new Set(taxes).size !== taxes.length) broken(field, 'unique', 'names a tax twice.');
  });
  if (violations.length > 0) throw new MoneyError('INVALID_TAX', violations);
}
