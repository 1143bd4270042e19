import { startSharedServers } from '../packages/testkit/src/index.ts';
import { publish } from './figures/publish.ts';
import { benchPeers } from './peers/bench-peers.ts';
import { readOptions } from './peers/options.ts';

/**
 * Measures the gate against its peer, straight and through Envoy: `npm run bench:peers`. Its options
 * stand in bench/README.md. Uses its own servers, over data that is thrown away. Linux only:
 * it reads what processes use from /proc.
 */
const options = readOptions(process.argv.slice(2));
await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
const lines = await benchPeers(options, (line) => console.error(line));
console.log(lines.join('\n'));
if (options.publish) publish('peers', lines);
