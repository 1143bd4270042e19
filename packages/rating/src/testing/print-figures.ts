/**
 * Prints the machine's zone and locale, as the runtime sees them, and then a digest over figures of
 * all three packages that must not depend on either. Run by a test as
 * `testing/print-figures.ts <seed>` under several settings of the environment.
 */
import { createHash } from 'node:crypto';
import { currency, formatMoney, money } from '@tollgate/money';
import {
  after,
  anniversaryCycle,
  calendarCycle,
  cycleNumber,
  cyclePeriod,
  dayShare,
  monthName,
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
    formatMoney(
      money(BigInt(seconds) * 1_000n, currency('EUR')),
      ['de-DE', 'tr-TR'][index % 2] ?? '',
    ),
  );
}

const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
const digest = createHash('sha256').update(figures.join('\n')).digest('hex');
process.stdout.write(`${locale} ${timeZone}\n${digest}\n`);
