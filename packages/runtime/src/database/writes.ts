import type { Call } from '../rpc/call.ts';
import type { Seal } from '../seal/seal.ts';
import type {
  Database,
  EventCause,
  Rows,
  TenantContext,
  WriteOptions,
  Written,
} from './database.ts';
import { answerOnce, isKeyed } from './idempotency.ts';
import { type Session, systemSession, tenantSession } from './transactions.ts';

/** Runs work in one transaction, with its events. */
type Run = <T>(
  session: Session,
  context: Call | EventCause | undefined,
  work: (rows: Rows, now: Temporal.Instant) => Promise<T>,
) => Promise<T>;

/** Writes in a tenant, those of calls once for each idempotency key. */
export function createWrites(
  run: Run,
  { seal, systemRole }: { readonly seal: Seal; readonly systemRole: string },
): Pick<Database, 'write' | 'writeWithFacts'> {
  async function writeWithFacts<A, F>(
    call: Call,
    work: (rows: Rows) => Promise<{ readonly answer: A; readonly facts: F }>,
    { as, keySpace }: WriteOptions = {},
  ): Promise<Written<A, F>> {
    const session = as === 'system' ? systemSession(systemRole) : tenantSession(call.tenantId);
    if (!isKeyed(call)) {
      return run(session, call, async (rows) => ({ ...(await work(rows)), replayed: false }));
    }
    return onceForItsKey(call, () =>
      run(session, call, (rows, now) =>
        answerOnce(call, { rows, seal, now, keySpace }, () => work(rows)),
      ),
    );
  }

  async function write<T>(
    context: Call | TenantContext,
    work: (rows: Rows) => Promise<T>,
    options?: WriteOptions,
  ): Promise<T> {
    if (!isCall(context)) return run(tenantSession(context.tenantId), context, work);
    const answered = async (rows: Rows) => ({ answer: await work(rows), facts: undefined });
    return (await writeWithFacts(context, answered, options)).answer;
  }

  return { write, writeWithFacts };
}

function isCall(context: Call | TenantContext): context is Call {
  return 'answerHeader' in context;
}

const keyedWrites = new WeakSet<Call>();

/** Two writes under one key would answer the first one's answer twice. */
async function onceForItsKey<T>(call: Call, write: () => Promise<T>): Promise<T> {
  if (keyedWrites.has(call)) throw new Error('A call writes once under its idempotency key.');
  keyedWrites.add(call);
  try {
    return await write();
  } catch (error) {
    keyedWrites.delete(call);
    throw error;
  }
}
