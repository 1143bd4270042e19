import { startSharedServers } from '../packages/testkit/src/index.ts';
import { readRunsOnly } from './command-line/read-runs.ts';
import { publish } from './figures/publish.ts';
import { benchLayers } from './layers/bench-layers.ts';

/**
 * Measures what each layer of the gate costs: `npm run bench:layers`, or with `-- --seconds 3
 * --rounds 3 --publish`, the last of which also writes the report into docs/benchmarks.md. Each
 * layer is a server in a process of its own that answers after so much work, and after it the whole
 * gate; all are asked the same, in turns, by another process. Linux only: it reads what processes
 * use from /proc.
 */
const options = readRunsOnly(process.argv.slice(2));
await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
const lines = await benchLayers(options, (line) => console.error(line));
console.log(lines.join('\n'));
if (options.publish) publish('layers', lines);
