/**
 * Prices a line of ten tiers (ten products and their sum) with our rationals and with fraction.js,
 * in turns in one run, and prints lines per second. Run: `node packages/money/bench/rationals.ts`.
 */
import { Fraction } from 'fraction.js';
import { parseDecimal, plus, rational, times, ZERO } from '../src/index.ts';

const ROUNDS = 5;
const LINES_PER_ROUND = 20_000;
const PRICES = '0.001 0.0009 0.0125 0.00042 1.5 0.000000012345 0.75 0.3333 12 0.01'.split(' ');

const ours = PRICES.map((price) => parseDecimal(price));
const theirs = PRICES.map((price) => new Fraction(price));

const contestants = {
  '@tollgate/money': (quantity: bigint) => {
    let total = ZERO;
    for (const price of ours) total = plus(total, times(price, rational(quantity)));
    return `${total.numerator}/${total.denominator}`;
  },
  'fraction.js': (quantity: bigint) => {
    let total = new Fraction(0n);
    for (const price of theirs) total = total.add(price.mul(new Fraction(quantity)));
    return `${total.n}/${total.d}`;
  },
};

for (let round = 1; round <= ROUNDS; round += 1) {
  for (const [name, price] of Object.entries(contestants)) {
    const start = process.hrtime.bigint();
    for (let line = 0; line < LINES_PER_ROUND; line += 1) price(BigInt(1_000 + line));
    const elapsedNs = process.hrtime.bigint() - start;
    const linesPerSecond = (BigInt(LINES_PER_ROUND) * 1_000_000_000n) / elapsedNs;
    console.log(`round ${round}  ${name.padEnd(16)} ${linesPerSecond} ten-tier lines/s`);
  }
}
