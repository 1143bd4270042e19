import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { isLostRace } from '../errors/driver-error.ts';
import type { Log } from '../log/log.ts';

/** Runs of one piece of work: the first and two more after lost races. */
const RUNS_MAX = 3;

/** How one transaction sees the rows. */
export interface Session {
  readonly variables: Record<string, string>;
  readonly role?: string;
  readonly readOnly?: boolean;
}

/** One tenant's rows. */
export function tenantSession(tenantId: string): Session {
  if (!tenantId) throw new Error('A transaction in a tenant names the tenant.');
  return { variables: { 'app.tenant': tenantId } };
}

/** Every tenant's rows, by the service's system role. */
export function systemSession(role: string): Session {
  return { variables: {}, role };
}

/** Runs work in transactions, each with an entity manager of its own. */
export function transactions(orm: MikroORM, log: Log) {
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
