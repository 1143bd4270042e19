import type { IsSubset, RequiredEntityData } from '@mikro-orm/core';
import { type EntityManager, type EntityName, LockMode } from '@mikro-orm/postgresql';
import type { TenantId } from '@tollgate/api';
import { CompiledQuery } from 'kysely';
import type { FindOptions, OutgoingEvent, Rows } from './database.ts';
import { toParameter } from './driver-values.ts';

const lockModes = {
  update: LockMode.PESSIMISTIC_WRITE,
  share: LockMode.PESSIMISTIC_READ,
} as const;

/** An event to be written to the outbox at the end of the work. */
export interface EmittedEvent {
  readonly event: OutgoingEvent;
  /** The tenant that `inTenant` had entered. */
  readonly entered: TenantId | undefined;
}

/** The `Rows` of one open transaction; emitted events are collected in `emitted`. */
export function rowsOf(em: EntityManager, emitted: EmittedEvent[]): Rows {
  let entered: TenantId | undefined;
  return {
    em,
    find: (row, where, options) => em.findOne(row, where, lookup(options)),
    findAll: (row, where, { limit, offset, ...options } = {}) =>
      em.find(row, where, {
        ...lookup(options),
        ...(limit === undefined ? {} : { limit }),
        ...(offset === undefined ? {} : { offset }),
      }),
    insert<R extends object, D extends RequiredEntityData<R, never, false>>(
      row: EntityName<R>,
      data: D & IsSubset<RequiredEntityData<R, never, false>, D>,
    ) {
      const created = em.create<R, false, D>(row, data);
      em.persist(created);
      return created;
    },
    remove: (row) => void em.remove(row),
    async sql<T extends object>(text: string, parameters: readonly unknown[] = []) {
      await em.flush();
      return runSql<T>(em, text, parameters);
    },
    async inTenant(tenantId, work) {
      await em.flush();
      const [before] = await runSql<{ tenant: string }>(em, tenantStatement, [tenantId]);
      const outer = entered;
      const leave = async () => {
        entered = outer;
        await runSql(em, tenantStatement, [before?.tenant ?? '']);
      };
      entered = tenantId;
      try {
        const answer = await work();
        await em.flush();
        await leave();
        return answer;
      } catch (error) {
        // Whoever catches it is back in the tenant before; a transaction that failed runs nothing more.
        await leave().catch(() => undefined);
        throw error;
      }
    },
    async lock(name, key) {
      await runSql(em, `select pg_advisory_xact_lock(${lockNumber})`, [name, key]);
    },
    async tryLock(name, key) {
      const [lock] = await runSql<{ mine: boolean }>(
        em,
        `select pg_try_advisory_xact_lock(${lockNumber}) as mine`,
        [name, key],
      );
      return lock?.mine ?? false;
    },
    emit: (event) => void emitted.push({ event, entered }),
  };
}

/** Postgres names its locks by numbers. Two names that share one only wait for each other. */
const lockNumber = `hashtextextended($1 || ':' || $2, 0)`;

/** Sets the tenant of the transaction and answers the one before. */
const tenantStatement = `
with before as materialized (select coalesce(current_setting('app.tenant', true), '') as tenant)
select before.tenant, set_config('app.tenant', $1, true) from before`;

/** Runs one statement in the transaction of `em` with parameters bound by the server. */
export async function runSql<T extends object>(
  em: EntityManager,
  text: string,
  parameters: readonly unknown[],
): Promise<T[]> {
  const query = CompiledQuery.raw(text, parameters.map(toParameter));
  const { rows } = await em.getKysely().executeQuery<T>(query);
  return rows;
}

function lookup<R extends object>({ lock, orderBy }: FindOptions<R> = {}) {
  return {
    // A locked row is read again: what this transaction saw before may be stale by then.
    ...(lock ? { lockMode: lockModes[lock], refresh: true } : {}),
    ...(orderBy ? { orderBy } : {}),
  };
}
