import { ensurePrograms, givenServers, startServers, temporaryFolder } from '@tollgate/servers';
import { settingNames } from './test-settings.ts';

/** The servers that one test run shares. */
export interface SharedServers extends AsyncDisposable {
  /** Environment that carries their addresses and programs to the test files. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds or installs Postgres, Redis and NATS, and starts each over a temporary folder, unless
 * TOLLGATE_DATABASE_ADMIN_URL, TOLLGATE_REDIS_URL or TOLLGATE_NATS_URL names one. A given one must
 * not be in use: the roles `tollgate_*` get the tests' passwords.
 */
export async function startSharedServers(): Promise<SharedServers> {
  const given = givenServers();
  // Redis and NATS are needed in any case: tests also start some of their own, to kill them.
  const programs = await ensurePrograms(
    given.postgres ? ['redis', 'nats'] : ['postgres', 'redis', 'nats'],
  );
  await using stack = new AsyncDisposableStack();
  const { folder } = stack.use(temporaryFolder('tollgate-test-'));
  const servers = await startServers({
    programs,
    folder,
    logFolder: folder,
    given,
    // Data that nobody keeps needs no disk; a killed process does not lose what it has written.
    postgres: { settings: forgetful },
    nats: { syncInterval: '2m' },
  });
  stack.defer(() => servers.stop());
  const started = stack.move();
  return {
    environment: {
      [settingNames.databaseAdminUrl]: servers.postgres.url,
      [settingNames.natsUrl]: servers.nats.url,
      [settingNames.redisUrl]: servers.redis.url,
      [settingNames.programs]: JSON.stringify(programs),
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const forgetful = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '400',
};
