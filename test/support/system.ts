import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { serviceNames } from '@tollgate/api';
import type { Lane } from '@tollgate/gateway';
import { withDatabase } from '@tollgate/runtime/config';
import { ensurePrograms, temporaryFolder } from '@tollgate/servers';
import { createSecrets, type System, type SystemOptions, startSystem } from '@tollgate/system';
import {
  echo,
  eventually,
  fakeHttpTarget,
  type HttpTarget,
  type OwnServer,
  ownNats,
  ownRedis,
  passwordOf,
  serverUrls,
} from '@tollgate/testkit';
import { Redis } from 'ioredis';
import { Client } from 'pg';

const CONDITION_MS = 20_000;

/** The whole product as `npm start` runs it, over a database, Redis and NATS of its own. */
export interface TestSystem {
  readonly baseUrl: string;
  readonly operator: { readonly email: string; readonly password: string };
  readonly nats: OwnServer;
  readonly redis: OwnServer;
  /** A protected API below `/echo` that shows what reaches it. */
  readonly echo: HttpTarget;
  process: System['process'];
  /** Waits until the check holds; at most 20 seconds unless told otherwise. */
  eventually<T>(check: () => T | Promise<T>, options?: { withinMs: number }): Promise<T>;
  /** For limits that are about time itself; conditions are waited for by `eventually`. */
  wait(ms: number): Promise<void>;
  /** Usage of all slots as the counters in Redis say, live environment. */
  usageInRedis(tenantId: string): Promise<number>;
  /** Usage of all slots as the snapshots in Postgres say, live environment. */
  usageInPostgres(tenantId: string): Promise<number>;
  /** Whether the first start has created its operator. */
  hasOperator(): Promise<boolean>;
  /** Takes all connections to the system's database away, until the answer is called. */
  cutDatabase(): Promise<() => Promise<void>>;
  /** Runs statements as the administrator. */
  sql<T = Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<T[]>;
  stop(): Promise<void>;
}

/** Starts the system with `settings` for every process in addition to the tests' own. */
export async function startTestSystem(
  options: {
    readonly settings?: Record<string, string>;
    /** Protected APIs besides the samples and the one below `/echo`. */
    readonly upstreams?: SystemOptions['upstreams'];
  } = {},
): Promise<TestSystem> {
  await using opened = new AsyncDisposableStack();
  const { folder } = opened.use(temporaryFolder('tollgate-system-'));
  const nats = opened.use(await ownNats());
  const redis = opened.use(await ownRedis());
  const upstream = opened.use(await fakeHttpTarget());
  upstream.answerBy(echo);
  const { databaseAdminUrl } = serverUrls();
  const databaseName = `system_${randomBytes(8).toString('hex')}`;
  opened.defer(async () => {
    await runSql(databaseAdminUrl, `drop database if exists ${databaseName} with (force)`);
  });
  const { envoy } = await ensurePrograms(['envoy']);
  const secrets = {
    ...createSecrets(),
    // Roles belong to the server that all test files share.
    databasePasswords: Object.fromEntries(
      serviceNames.map((service) => [service, passwordOf(service)]),
    ) as ReturnType<typeof createSecrets>['databasePasswords'],
  };
  const system = await startSystem({
    folder,
    servers: { databaseAdminUrl, natsUrl: nats.url, redisUrl: redis.url },
    envoy,
    secrets,
    databaseName,
    upstreams: [
      {
        name: 'echo',
        prefixes: ['/echo'],
        addresses: [{ host: '127.0.0.1', port: upstream.port }],
      },
      ...(options.upstreams ?? []),
    ],
    lane: laneOfRun(),
    settings: { all: { ...testSettings, ...options.settings } },
    log: (line) => logOf(line),
  });
  opened.defer(() => system.stop());
  const databaseUrl = withDatabase(databaseAdminUrl, databaseName);
  const stack = opened.move();
  return {
    baseUrl: system.baseUrl,
    operator: secrets.operator,
    nats,
    redis,
    echo: upstream,
    process: system.process,
    eventually: (check, { withinMs } = { withinMs: CONDITION_MS }) =>
      eventually({ withinMs }, check),
    wait: (ms) => pause(ms),
    usageInRedis: (tenantId) => usageInRedis(redis.url, tenantId),
    usageInPostgres: (tenantId) => usageInPostgres(databaseUrl, tenantId),
    hasOperator: () => hasOperator(databaseUrl, secrets.operator.email),
    cutDatabase: () => cutDatabase(databaseAdminUrl, databaseName),
    sql: (text, parameters = []) => runSql(databaseUrl, text, parameters),
    stop: () => stack.disposeAsync(),
  };
}

/** Sign-ups by the dozen come from one address, and webhooks go to this machine. */
const testSettings = {
  TOLLGATE_ANONYMOUS_LIMIT_PER_MINUTE: '100000',
  TOLLGATE_API_LIMIT_PER_MINUTE: '100000',
  TOLLGATE_WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true',
};

/** What holds for one form of deciding holds for the other: a run is of one of them. */
function laneOfRun(): Lane {
  const lane = process.env['TOLLGATE_TEST_LANE'] ?? 'two-calls';
  if (lane === 'two-calls' || lane === 'one-call') return lane;
  throw new Error(`TOLLGATE_TEST_LANE is ${lane}: one-call or two-calls`);
}

function logOf(line: string): void {
  if (process.env['TOLLGATE_TEST_LOG']) process.stderr.write(`${line}\n`);
}

/** Where the use of the present month stands in an account's string: see Metering's `strings.ts`. */
const usedAt = 37;

async function usageInRedis(url: string, tenantId: string): Promise<number> {
  const redis = new Redis(url);
  try {
    const account = await redis.getBuffer(`tg:{s0}:${tenantId}:live`);
    return account ? account.readDoubleLE(usedAt) : 0;
  } finally {
    redis.disconnect();
  }
}

async function usageInPostgres(url: string, tenantId: string): Promise<number> {
  const [row] = await runSql<{ usage: string }>(
    url,
    `select coalesce(sum(admitted - given_back), 0) as usage from metering.usage_counter
      where tenant_id = $1 and environment = 'live'`,
    [tenantId],
  );
  return Number(row?.usage);
}

async function hasOperator(url: string, email: string): Promise<boolean> {
  const found = await runSql(
    url,
    `select from auth.app_user where email = $1 and state = 'active'`,
    [email],
  );
  return found.length === 1;
}

async function cutDatabase(adminUrl: string, name: string): Promise<() => Promise<void>> {
  await runSql(adminUrl, `alter database ${name} with allow_connections false`);
  await runSql(
    adminUrl,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
    [name],
  );
  return async () => {
    await runSql(adminUrl, `alter database ${name} with allow_connections true`);
  };
}

async function runSql<T = Record<string, unknown>>(
  url: string,
  text: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(text, parameters);
    return rows;
  } finally {
    await client.end();
  }
}
