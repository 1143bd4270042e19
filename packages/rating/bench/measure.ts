/** How long one round of a figure lasts, in microseconds of processor time; set by `--seconds`. */
const roundUs = secondsOption() * 250_000;

const ROUNDS = 4;

/** Asking for the processor time costs as much as rating a line. */
const CALLS_PER_LOOK = 100;

/**
 * Calls per second of one core, the best of some rounds. Processor time of all threads, so that
 * the collector's work counts and other work on the machine does not.
 */
export function callsPerSecond(call: () => unknown, budgetUs = roundUs): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    let calls = 0;
    let spentUs = 0;
    while (spentUs < budgetUs) {
      for (let index = 0; index < CALLS_PER_LOOK; index += 1) call();
      calls += CALLS_PER_LOOK;
      const { user, system } = process.cpuUsage(before);
      spentUs = user + system;
    }
    best = Math.max(best, (calls * 1_000_000) / spentUs);
  }
  return Math.round(best);
}

/** One figure of the report. */
export function report(name: string, figure: string): void {
  console.log(`${name.padEnd(54)} ${figure}`);
}

/** A heading of the report. */
export function heading(text: string): void {
  console.log(`\n${text}`);
}

function secondsOption(): number {
  const at = process.argv.indexOf('--seconds');
  const value = at < 0 ? 1 : Number(process.argv[at + 1]);
  if (Number.isInteger(value) && value >= 1 && value <= 60) return value;
  throw new Error('--seconds must be a whole number from 1 to 60');
}
