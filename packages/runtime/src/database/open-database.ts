import { setTimeout as delay } from 'node:timers/promises';
import { type EntityManager, type EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import { isServiceName } from '@tollgate/api';
import type { Clock } from '../clock/clock.ts';
import type { DatabaseConfig } from '../config/connection-settings.ts';
import { writeOutbox } from '../events/outbox.ts';
import type { ServiceIdentity } from '../identity/service-identity.ts';
import type { Log } from '../log/log.ts';
import type { Call } from '../rpc/call.ts';
import { aesSeal } from '../seal/seal.ts';
import type { Database, EventCause, Rows } from './database.ts';
import { isLostRace } from './driver-errors.ts';
import { driverTypes } from './driver-values.ts';
import { answerOnce, isKeyed } from './idempotency.ts';
import { rolesOf as databaseRolesOf, type Migration } from './migration.ts';
import { type EmittedEvent, rowsOf, runSql } from './rows.ts';
import { verifyDatabase } from './verify-database.ts';

/** Runs of one piece of work: the first and two more after lost races. */
const RUNS_MAX = 3;

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
  /** The schema, which is also the service's name. */
  readonly schema: string;
  /** The rows made by MikroORM's `defineEntity`. */
  readonly rows: readonly EntitySchema[];
  /** When given, opening fails unless all of them are applied. */
  readonly migrations?: readonly Migration[];
}

/** What a database needs of its process. */
export interface DatabasePlatform {
  readonly log: Log;
  readonly clock: Clock;
  /** Its key seals stored answers. After a change of the key they cannot be replayed any more. */
  readonly identity: Pick<ServiceIdentity, 'deriveKey'>;
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
  if (!isServiceName(definition.schema)) throw new Error(`No service: ${definition.schema}.`);
  const { system } = databaseRolesOf(definition.schema);
  const orm = await connect(config, definition, platform.log);
  const transact = transactions(orm, platform.log);
  const seal = aesSeal(platform.identity.deriveKey('idempotency-answers'));
  const listeners = new Set<() => void>();

  async function run<T>(
    session: { tenantId: string } | 'system',
    context: Call | EventCause | undefined,
    work: (rows: Rows) => Promise<T>,
  ): Promise<T> {
    const emitted: EmittedEvent[] = [];
    oneKeyedWrite(context);
    const answer = await transact(sessionOf(session, system), async (em) => {
      emitted.length = 0;
      const rows = rowsOf(em, emitted);
      const now = platform.clock.now();
      const worked = isKeyed(context)
        ? await answerOnce(context, { rows, seal, now }, () => work(rows))
        : await work(rows);
      await em.flush();
      await writeOutbox(rows, emitted, { context, now });
      return worked;
    }).catch((error) => {
      if (context) keyedWrites.delete(context);
      throw error;
    });
    if (emitted.length > 0) for (const listener of listeners) listener();
    return answer;
  }

  return {
    schema: definition.schema,
    write: (context, work) => run({ tenantId: context.tenantId }, context, work),
    read: (context, work) =>
      transact({ ...sessionOf({ tenantId: context.tenantId }, system), readOnly: true }, (em) =>
        work(rowsOf(em, refuseEvents())),
      ),
    system: (work, { cause } = {}) => run('system', cause, work),
    ping: async () => void (await orm.em.fork().getConnection().execute('select 1')),
    onEmitted(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => orm.close(),
  };
}

/** How one transaction sees the rows. */
interface Session {
  readonly variables: Record<string, string>;
  readonly role?: string;
  readonly readOnly?: boolean;
}

function sessionOf(session: { tenantId: string } | 'system', systemRole: string): Session {
  if (session === 'system') return { variables: {}, role: systemRole };
  if (!session.tenantId) throw new Error('A transaction in a tenant names the tenant.');
  return { variables: { 'app.tenant': session.tenantId } };
}

/** Runs work in transactions, each with an entity manager of its own. */
function transactions(orm: MikroORM, log: Log) {
  async function once<T>(session: Session, work: (em: EntityManager) => Promise<T>): Promise<T> {
    const { readOnly = false, ...context } = session;
    const em = orm.em.fork({ session: context });
    await em.begin({ readOnly });
    try {
      const answer = await work(em);
      await em.commit();
      return answer;
    } catch (error) {
      await em.rollback().catch((lost) => log.warn({ error: lost }, 'rollback failed'));
      throw error;
    }
  }
  return async function transact<T>(session: Session, work: (em: EntityManager) => Promise<T>) {
    for (let run = 1; ; run++) {
      try {
        return await once(session, work);
      } catch (error) {
        if (run >= RUNS_MAX || !isLostRace(error)) throw error;
        log.warn({ error, run }, 'transaction lost a race and runs again');
        await delay(run * 20);
      }
    }
  };
}

async function connect(
  config: DatabaseConfig,
  definition: DatabaseDefinition,
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

const keyedWrites = new WeakSet<object>();

/** Two writes under one key would answer the first one's answer twice. */
function oneKeyedWrite(context: Call | EventCause | undefined): void {
  if (!isKeyed(context)) return;
  if (keyedWrites.has(context)) throw new Error('A call writes once under its idempotency key.');
  keyedWrites.add(context);
}

/** A list that takes no event: a read-only transaction has nothing to announce. */
function refuseEvents(): EmittedEvent[] {
  return Object.freeze([]) as unknown as EmittedEvent[];
}
