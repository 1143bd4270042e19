import { startSharedServers } from '../packages/testkit/src/index.ts';
import { benchGates } from './peers/bench-gates.ts';
import { readOptions } from './peers/options.ts';

/**
 * Measures how many gates, and over which sockets: `npm run bench:gates`, with `-- --seconds 3
 * --rounds 3`. Uses its own servers, over data that is thrown away. Linux only.
 */
const options = readOptions(process.argv.slice(2));
await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
console.log((await benchGates(options, (line) => console.error(line))).join('\n'));
