import type { Program } from '@tollgate/servers';

/** Environment by which the run's setup tells the test files about shared servers. */
export const settingNames = {
  databaseAdminUrl: 'TOLLGATE_DATABASE_ADMIN_URL',
  natsUrl: 'TOLLGATE_NATS_URL',
  redisUrl: 'TOLLGATE_REDIS_URL',
  programs: 'TOLLGATE_TEST_PROGRAMS',
} as const;

/** Where the shared servers of a test run are. */
export interface ServerUrls {
  /** Postgres as a role that may create roles and databases. */
  readonly databaseAdminUrl: string;
  /** Streams and durable consumers are shared, too: where that disturbs, take `ownNats`. */
  readonly natsUrl: string;
  readonly redisUrl: string;
}

/** The servers of this run, as the global setup left them. Throws when there was none. */
export function serverUrls(): ServerUrls {
  return {
    databaseAdminUrl: setting(settingNames.databaseAdminUrl),
    natsUrl: setting(settingNames.natsUrl),
    redisUrl: setting(settingNames.redisUrl),
  };
}

/** The program of a server that a test starts itself. */
export function programOf(name: 'redis' | 'nats'): Program {
  const programs: Partial<Record<string, Program>> = JSON.parse(setting(settingNames.programs));
  const program = programs[name];
  if (!program) throw new Error(`This test run has no program for ${name}.`);
  return program;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: tests with servers belong to the project "system".`);
}
