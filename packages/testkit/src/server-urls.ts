/** Where the shared servers of a test run are. */
export interface ServerUrls {
  /** Postgres as a role that may create roles and databases. */
  readonly databaseAdminUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
}

/** Settings that carry the addresses from the run's setup to each test file. */
export const serverSettings = {
  databaseAdminUrl: 'TOLLGATE_DATABASE_ADMIN_URL',
  natsUrl: 'TOLLGATE_NATS_URL',
  redisUrl: 'TOLLGATE_REDIS_URL',
} as const satisfies Record<keyof ServerUrls, string>;

/** The servers of this run, as the global setup left them. Throws when there was none. */
export function serverUrls(): ServerUrls {
  function urlOf(name: string): string {
    const url = process.env[name];
    if (!url) throw new Error(`${name} is not set: tests of servers run in the system project.`);
    return url;
  }
  return {
    databaseAdminUrl: urlOf(serverSettings.databaseAdminUrl),
    natsUrl: urlOf(serverSettings.natsUrl),
    redisUrl: urlOf(serverSettings.redisUrl),
  };
}
