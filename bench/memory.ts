import { parseArgs } from 'node:util';
import { startSharedServers } from '../packages/testkit/src/index.ts';
import { wholeNumber } from './command-line/read-value.ts';
import { publish } from './figures/publish.ts';
import { benchMemory } from './memory/bench-memory.ts';

/**
 * Measures what credentials cost that are used once: their bytes in Redis and in a gate, and how a
 * recorder sweeps them. `npm run bench:memory`, or with `-- --credentials 1000000 --publish`, the last
 * of which also writes the report into docs/benchmarks.md. A gate and a recorder as processes, on a
 * Redis, a database and a message server of their own; some minutes. Linux only: it reads /proc.
 */
const { values } = parseArgs({
  options: { credentials: { type: 'string' }, publish: { type: 'boolean' } },
});
const credentials = wholeNumber('credentials', values.credentials, {
  fallback: 1_000_000,
  min: 20_000,
  max: 4_000_000,
});
await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
const lines = await benchMemory(credentials, (line) => console.error(line));
console.log(lines.join('\n'));
if (values.publish) publish('memory', lines);
