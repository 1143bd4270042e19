import type { IsSubset, RequiredEntityData } from '@mikro-orm/core';
import { type EntityManager, type EntityName, LockMode } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { FindOptions, OutgoingEvent, Rows } from './database.ts';
import { toParameter } from './driver-values.ts';

const lockModes = {
  update: LockMode.PESSIMISTIC_WRITE,
  share: LockMode.PESSIMISTIC_READ,
} as const;

/** The `Rows` of one open transaction; emitted events are collected in `emitted`. */
export function rowsOf(em: EntityManager, emitted: OutgoingEvent[]): Rows {
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
    emit: (event) => void emitted.push(event),
  };
}

/** Runs one statement in the transaction of `em` with parameters bound by the server. */
export async function runSql<T extends object>(
  em: EntityManager,
  text: string,
  parameters: readonly unknown[],
): Promise<T[]> {
  const query = CompiledQuery.raw(text, parameters.map(toParameter));
  const { rows } = await em.getKysely().executeQuery<T>(query as CompiledQuery<T>);
  return rows;
}

function lookup<R extends object>({ lock, orderBy }: FindOptions<R> = {}) {
  return {
    // A locked row is read again: what this transaction saw before may be stale by then.
    ...(lock ? { lockMode: lockModes[lock], refresh: true } : {}),
    ...(orderBy ? { orderBy } : {}),
  };
}
