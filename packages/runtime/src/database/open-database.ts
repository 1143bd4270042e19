import { type EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import type { ServiceName } from '@tollgate/api';
import type { Clock } from '../clock/clock.ts';
import type { DatabaseConfig } from '../config/connection-settings.ts';
import { rolesOf } from '../config/database-roles.ts';
import { writeOutbox } from '../events/outbox.ts';
import type { ServiceIdentity } from '../identity/service-identity.ts';
import type { Log } from '../log/log.ts';
import type { Call } from '../rpc/call.ts';
import { aesSeal } from '../seal/seal.ts';
import type { Database, EventCause, Rows } from './database.ts';
import { driverTypes } from './driver-values.ts';
import type { Migration } from './migration.ts';
import { type EmittedEvent, rowsOf, runSql } from './rows.ts';
import { type Session, systemSession, tenantSession, transactions } from './transactions.ts';
import { verifyDatabase } from './verify-database.ts';
import { createWrites } from './writes.ts';

const SESSION_SETTINGS = {
  timezone: 'UTC',
  // MikroORM writes literals; their quoting relies on it.
  standard_conforming_strings: 'on',
  statement_timeout: '30s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '60s',
};

/** What a service's database consists of. */
export interface DatabaseDefinition {
  /** The rows made by MikroORM's `defineEntity`. */
  readonly rows: readonly EntitySchema[];
  /** Opening fails unless all of them are applied. */
  readonly migrations: readonly Migration[];
}

/** What a database needs of its process. */
export interface DatabasePlatform {
  readonly log: Log;
  readonly clock: Clock;
  /**
   * Its name is the schema. Its key seals stored answers: after a change of the key they cannot be
   * replayed any more.
   */
  readonly identity: Pick<ServiceIdentity, 'name' | 'deriveKey'>;
}

/**
 * Connects to a service's schema. `url` names the service's own role: opening fails for a role that
 * could bypass row-level security, and when the database cannot be reached within five seconds.
 */
export async function openDatabase(
  config: DatabaseConfig,
  definition: DatabaseDefinition,
  platform: DatabasePlatform,
): Promise<Database> {
  const { name: schema } = platform.identity;
  const { system } = rolesOf(schema);
  const orm = await connect(config, { ...definition, schema }, platform.log);
  const transact = transactions(orm, platform.log);
  const seal = aesSeal(platform.identity.deriveKey('idempotency-answers'));
  const listeners = new Set<() => void>();

  /** One transaction, its events in the outbox; listeners hear of them after the commit. */
  async function run<T>(
    session: Session,
    context: Call | EventCause | undefined,
    work: (rows: Rows, now: Temporal.Instant) => Promise<T>,
  ): Promise<T> {
    const emitted: EmittedEvent[] = [];
    const answer = await transact(session, async (em) => {
      emitted.length = 0;
      const rows = rowsOf(em, emitted);
      const now = platform.clock.now();
      const worked = await work(rows, now);
      await em.flush();
      await writeOutbox(rows, emitted, { context, now });
      return worked;
    });
    if (emitted.length > 0) for (const listener of listeners) listener();
    return answer;
  }

  return {
    schema,
    ...createWrites(run, { seal, systemRole: system }),
    read: (context, work) =>
      transact({ ...tenantSession(context.tenantId), readOnly: true }, (em) =>
        work(rowsOf(em, refuseEvents())),
      ),
    system: (work, { cause } = {}) => run(systemSession(system), cause, work),
    ping: async () => void (await orm.em.fork().getConnection().execute('select 1')),
    onEmitted(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => orm.close(),
  };
}

async function connect(
  config: DatabaseConfig,
  definition: DatabaseDefinition & { readonly schema: ServiceName },
  log: Log,
): Promise<MikroORM> {
  const settings = { search_path: definition.schema, ...SESSION_SETTINGS };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const orm = await MikroORM.init({
    clientUrl: config.url,
    schema: definition.schema,
    entities: [...definition.rows],
    discovery: { warnWhenNoEntities: false },
    metadataCache: { enabled: false },
    ensureDatabase: false,
    logger: (message) => log.warn({ message }, 'database driver'),
    colors: false,
    driverOptions: {
      max: config.poolMax,
      connectionTimeoutMillis: 5_000,
      application_name: `tollgate-${definition.schema}`,
      options: options.join(' '),
      types: driverTypes,
    },
  });
  try {
    const em = orm.em.fork();
    await verifyDatabase((text, parameters) => runSql(em, text, parameters), definition);
    return orm;
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

/** A list that takes no event: a read-only transaction has nothing to announce. */
function refuseEvents(): EmittedEvent[] {
  return Object.freeze([]) as unknown as EmittedEvent[];
}
