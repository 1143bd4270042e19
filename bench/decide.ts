import { startSharedServers } from '../packages/testkit/src/index.ts';
import { benchDecide } from './decide/bench-decide.ts';

/**
 * Measures what a decision costs between question and answer, without any transport:
 * `npm run bench:decide`, or with `-- --seconds 2 --rounds 3 --only hot:64`. Uses its own servers.
 */
const seconds = numberOption('--seconds', 1, 60);
const rounds = numberOption('--rounds', 3, 20);

await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
await benchDecide({ seconds, rounds, only: option('--only') });

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function numberOption(name: string, fallback: number, max: number): number {
  const value = Number(option(name) ?? fallback);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`${name} must be a whole number from 1 to ${max}`);
}
