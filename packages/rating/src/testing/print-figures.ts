/**
 * Prints the machine's zone and locale, as the runtime sees them, and then a digest over figures of
 * all three packages that must not depend on either. Run by a test as
 * `testing/print-figures.ts <seed>` under several settings of the environment.
 */
import { createHash } from 'node:crypto';
import {
  currency,
  currencyCodes,
  customCurrency,
  formatMoney,
  money,
  moneyToDecimal,
  parseMoney,
} from '@tollgate/money';
import {
  after,
  anniversaryCycle,
  calendarCycle,
  calendarDay,
  calendarMonth,
  cycleNumber,
  cyclePeriod,
  dayShare,
  endOfDay,
  hourOf,
  monthName,
  type Period,
  termPeriodAt,
  zoneId,
} from '@tollgate/periods';
import * as fc from 'fast-check';
import { explain, toLineDocument } from '../index.ts';
import { line } from './arbitrary-line.ts';

const seed = Number(process.argv[2]);
const figures: string[] = [];
for (const each of fc.sample(line, { seed, numRuns: 120 })) {
  const document = toLineDocument(each);
  figures.push(JSON.stringify(document), explain(document));
}
const text = ({ start, end }: Period) => `${start}/${end}`;
const credits = customCurrency({ code: 'CREDITS', minorUnitDigits: 4 });
const locales = ['de-DE', 'tr-TR', 'ar-EG', 'fr-CH', 'en-IN', 'ja-JP'];
figures.push(currencyCodes().join(' '));
const instants = fc.sample(fc.integer({ min: 0, max: 2_840_140_800 }), { seed, numRuns: 120 });
for (const [index, seconds] of instants.entries()) {
  const start = Temporal.Instant.fromEpochMilliseconds(seconds * 1_000);
  const zone = ['Europe/Istanbul', 'America/St_Johns', 'Pacific/Apia', 'UTC'][index % 4] ?? 'UTC';
  const cycle = anniversaryCycle({ unit: 'month', zone, start });
  const { start: from, end } = cyclePeriod(cycle, index);
  const days = calendarCycle({ unit: 'day', zone });
  const share = dayShare({ start: from, end: from.add({ hours: 50 }) }, { start: from, end }, zone);
  figures.push(
    `${from} ${end} ${cycleNumber(days, from)} ${monthName(start, zone)}`,
    `${after(start, { days: 14, months: 1 }, zone)} ${share.numerator}/${share.denominator}`,
    [calendarMonth(start, zone), calendarDay(start, zone), hourOf(start)].map(text).join(' '),
    `${endOfDay(start.toZonedDateTimeISO(zone).toPlainDate(), zone)} ${zoneId(zone.toLowerCase())}`,
  );
  const term = termPeriodAt({ cycle, start }, start.add({ hours: 999 * index }));
  if (term !== undefined) figures.push(`${term.number} ${text(term.period)} ${text(term.whole)}`);
  for (const scale of [currency('EUR'), currency('JPY'), credits]) {
    const amount = money(BigInt(seconds) * 1_000n, scale);
    const printed = moneyToDecimal(amount);
    figures.push(printed, moneyToDecimal(parseMoney(printed, scale)));
    figures.push(formatMoney(amount, locales[index % locales.length] ?? ''));
  }
}

const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
const digest = createHash('sha256').update(figures.join('\n')).digest('hex');
process.stdout.write(`${locale} ${timeZone}\n${digest}\n`);
