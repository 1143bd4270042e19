/**
 * Rates lines of every price kind, with their explanation, on one core and prints lines per second;
 * then ten-tier lines by number of tiers and by quantity, memory per line kept, and periods per
 * second. Each figure is the best of some rounds, so that other work on the machine disturbs least.
 * Run: `npm run bench:rating`, or with `-- --seconds 2` for longer rounds.
 */
import { rational } from '@tollgate/money';
import { anniversaryCycle, cycleNumber } from '@tollgate/periods';
import { type Line, type Price, parsePrice, rateLine, toLineDocument } from '../src/index.ts';

const ROUNDS = 4;
const roundNs = BigInt(secondsOption()) * 250_000_000n;

const common = { version: 'v1', currency: 'USD' };
const tenTiers = graduated(10);
const events = Array.from({ length: 10 }, (_, index) => ({
  id: `event-${index}`,
  time: Temporal.Instant.fromEpochMilliseconds(index),
  amount: rational(BigInt(index * 1_234), 100n),
}));

const kinds: Record<string, unknown> = {
  flat: { ...common, kind: 'flat', amount: '29.00' },
  per_unit: { ...common, kind: 'per_unit', unit_price: '0.001', free_units: '1000' },
  'graduated, 10 tiers': tenTiers,
  'volume, 10 tiers': { ...tenTiers, kind: 'volume' },
  package: { ...common, kind: 'package', package_size: '1000', package_price: '2.50' },
  capacity: { ...common, kind: 'capacity', tiers: [{ up_to: '10', amount: '5' }, { amount: '9' }] },
  'percentage, 10 events': { ...common, kind: 'percentage', percent: '2.9', fee_per_event: '0.3' },
  graduated_percentage: {
    ...common,
    kind: 'graduated_percentage',
    tiers: [{ up_to: '1000', percent: '1', flat_fee: '5' }, { percent: '0.5' }],
  },
  dynamic: { ...common, kind: 'dynamic', multiplier: '1.2' },
};

for (const [name, document] of Object.entries(kinds)) {
  report(name, measure(linesOf(parsePrice(document), 12_000n)));
}
for (const tiers of [1, 10, 1_000]) {
  report(
    `graduated, all of ${tiers} tiers reached`,
    measure(linesOf(parsePrice(graduated(tiers)))),
  );
}
for (const exponent of [1n, 6n, 15n]) {
  const rate = linesOf(parsePrice(tenTiers), 10n ** exponent);
  report(`graduated, 10 tiers, 10^${exponent} units`, measure(rate));
}
const toJson = linesOf(parsePrice(tenTiers), 12_000n);
report(
  'graduated, 10 tiers, as JSON text',
  measure(() => JSON.stringify(toLineDocument(toJson()))),
);
reportMemory();
reportPeriods();

function graduated(count: number) {
  const tiers = Array.from({ length: count }, (_, index) => ({
    unit_price: `0.00${(index % 9) + 1}`,
    ...(index < count - 1 && { up_to: `${(index + 1) * 1_000}` }),
  }));
  return { ...common, kind: 'graduated', tiers };
}

/** A function that rates another quantity each time, from `start` on. */
function linesOf(price: Price, start = 1_000_000n): () => Line {
  let quantity = start;
  return () => {
    quantity += 1n;
    const usage = price.model.kind === 'percentage' ? { events } : { quantity: rational(quantity) };
    return rateLine({ price, usage });
  };
}

/** Calls per second, the best round. */
function measure(call: () => unknown): bigint {
  let best = 0n;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    let calls = 0n;
    let elapsed = 0n;
    while (elapsed < roundNs) {
      for (let index = 0; index < 100; index += 1) call();
      calls += 100n;
      elapsed = process.hrtime.bigint() - start;
    }
    const rate = (calls * 1_000_000_000n) / elapsed;
    if (rate > best) best = rate;
  }
  return best;
}

function reportMemory(): void {
  const rate = linesOf(parsePrice(tenTiers), 12_000n);
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 20_000 }, rate);
  const bytes = Math.round((process.memoryUsage().heapUsed - before) / kept.length);
  console.log(`${'memory of a ten-tier line'.padEnd(42)} ${bytes} bytes, garbage included`);
}

/** A zone with two changes of clocks a year, one of them across midnight. */
function reportPeriods(): void {
  const start = Temporal.Instant.from('1995-01-31T03:00:00Z');
  const cycle = anniversaryCycle({ unit: 'month', zone: 'America/St_Johns', start });
  let at = start;
  const next = () => {
    at = at.add({ hours: 25 });
    return cycleNumber(cycle, at);
  };
  console.log(`${'periods found by instant, St. Johns'.padEnd(42)} ${measure(next)}/s`);
}

function report(name: string, linesPerSecond: bigint): void {
  console.log(`${name.padEnd(42)} ${linesPerSecond} lines/s`);
}

function secondsOption(): number {
  const at = process.argv.indexOf('--seconds');
  const value = at < 0 ? 1 : Number(process.argv[at + 1]);
  if (Number.isInteger(value) && value >= 1 && value <= 60) return value;
  throw new Error('--seconds must be a whole number from 1 to 60');
}
