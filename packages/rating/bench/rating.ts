/**
 * Rates lines with their explanation and digest and prints, for one core: lines per second of every
 * price kind, then by number of tiers and by quantity, memory per line, and periods per second in the
 * slowest zone. Run: `npm run bench:rating`, or with `-- --seconds 2` for longer rounds.
 */
import { toLineDocument } from '../src/index.ts';
import { callsPerSecond, heading, report } from './measure.ts';
import { reportMemory } from './memory.ts';
import { reportPeriods } from './periods.ts';
import { KINDS, linesOf, tiered } from './prices.ts';

heading('lines per second, 12,000 units');
for (const [name, price] of Object.entries(KINDS)) {
  report(name, `${callsPerSecond(linesOf(price, 12_000n))}/s`);
}
const rate = linesOf(tiered('graduated', 10), 12_000n);
const asText = callsPerSecond(() => JSON.stringify(toLineDocument(rate())));
report('graduated, 10 tiers, with its stored text', `${asText}/s`);

heading('by number of tiers, all reached');
for (const tiers of [1, 10, 100, 1_000]) {
  for (const kind of ['graduated', 'volume'] as const) {
    const lines = callsPerSecond(linesOf(tiered(kind, tiers), 1_000_000n));
    report(`${kind}, ${tiers} tiers`, `${lines}/s, ${Math.round(lines * tiers)} tiers/s`);
  }
}

heading('by quantity, ten tiers reached');
for (const kind of ['graduated', 'volume'] as const) {
  const price = tiered(kind, 10, {}, 1);
  const rates = [1n, 3n, 6n, 9n, 12n, 15n].map((exponent) => {
    const lines = callsPerSecond(linesOf(price, 10n ** exponent));
    report(`${kind}, 10^${exponent} units`, `${lines}/s`);
    return lines;
  });
  const [first = 1, last = 1] = [rates[0], rates.at(-1)];
  report(`${kind}, cost of 10^15 units against 10`, `${(first / last).toFixed(2)} times`);
}

reportMemory();
reportPeriods();
