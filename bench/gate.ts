import { startSharedServers } from '../packages/testkit/src/index.ts';
import { readRunsOnly } from './command-line/read-runs.ts';
import { publish } from './figures/publish.ts';
import { benchGate } from './gate/bench-gate.ts';

/**
 * Measures whole requests through the deployed gateway and the whole system behind it, beside the
 * same Envoy without Tollgate's filters: `npm run bench:gate`, or with `-- --seconds 3 --rounds 3
 * --publish`, the last of which also writes the report into docs/benchmarks.md. Uses its own
 * servers, over data that is thrown away. Linux only: it reads what processes use from /proc.
 */
const options = readRunsOnly(process.argv.slice(2));
await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
const lines = await benchGate(options, (line) => console.error(line));
console.log(lines.join('\n'));
if (options.publish) publish('gate', lines);
