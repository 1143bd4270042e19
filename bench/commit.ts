import { startSharedServers } from '../packages/testkit/src/index.ts';
import { benchCommit } from './commit/bench-commit.ts';

/**
 * Measures how many calls of Redis may be under way before decisions collect: `npm run
 * bench:commit`. Questions come over sockets from another process, as from a gateway.
 */
await using servers = await startSharedServers();
Object.assign(process.env, servers.environment);
await benchCommit({ seconds: 1, rounds: 3 });
