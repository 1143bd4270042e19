import { startSharedServers } from '../packages/testkit/src/index.ts';
import { benchDecisions } from './gate/decisions.ts';
import { benchWholeRequests } from './gate/whole-requests.ts';

/**
 * Measures the gate: `npm run bench:gate`, or with `-- --seconds 10 --rounds 5`. Uses its own
 * servers, over data that is thrown away.
 */
const seconds = numberOption('--seconds', 4, 60);
const rounds = numberOption('--rounds', 3, 20);

await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
await benchDecisions({ seconds, rounds });
console.log();
await benchWholeRequests({ seconds, rounds });

function numberOption(name: string, fallback: number, max: number): number {
  const at = process.argv.indexOf(name);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`${name} must be a whole number from 1 to ${max}`);
}
