import { createHash, randomUUID } from 'node:crypto';
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { idempotencyReplayedHeader, PLATFORM_TENANT_ID, rpcName } from '@tollgate/api';
import { isLockTimeout } from '../errors/driver-error.ts';
import type { Call } from '../rpc/call.ts';
import type { Seal } from '../seal/seal.ts';
import type { Rows, Written } from './database.ts';
import { idempotencyKeyInUse, idempotencyKeyReused } from './errors.ts';

/** How long a stored answer is kept: clients may retry for a day, with some margin. */
const ANSWER_KEPT_HOURS = 48;

/** A call that carries an idempotency key. */
export type KeyedCall = Call & { readonly idempotencyKey: string };

/** The key of a call as the primary key of its row. */
interface Claim {
  readonly scope: readonly [tenantId: string, subject: string, method: string, key: string];
  readonly call: KeyedCall;
}

/** Whether the call carries an idempotency key. */
export function isKeyed(call: unknown): call is KeyedCall {
  const key = (call as Partial<Call> | undefined)?.idempotencyKey;
  return key !== undefined && key !== '';
}

/** What a keyed write works with. */
interface AnswerParts {
  readonly rows: Rows;
  readonly seal: Seal;
  readonly now: Temporal.Instant;
  readonly keySpace: string | undefined;
}

/**
 * Runs `work` unless the call's key has an answer already, which is then answered instead. Claim,
 * effect and stored answer share the transaction of `rows`, so none can exist without the others.
 */
export async function answerOnce<A, F>(
  call: KeyedCall,
  { rows, seal, now, keySpace }: AnswerParts,
  work: () => Promise<{ readonly answer: A; readonly facts: F }>,
): Promise<Written<A, F>> {
  const { method } = call;
  const claim: Claim = { scope: scopeOf(call, keySpace), call };
  const stored = await claimKey(claim, rows, now);
  if (stored !== 'claimed') {
    call.answerHeader.set(idempotencyReplayedHeader, 'true');
    return {
      answer: fromBinary(method.output, seal.open(stored, aad(claim))) as A,
      replayed: true,
    };
  }
  const worked = await work();
  const answer = create(method.output, checkedAnswer(method.output, worked.answer));
  await rows.sql(
    `update idempotency set answer = $5
     where (tenant_id, subject, method, key) = ($1, $2, $3, $4)`,
    [...claim.scope, seal.seal(toBinary(method.output, answer), aad(claim))],
  );
  return { answer: answer as A, replayed: false, facts: worked.facts };
}

function scopeOf(call: KeyedCall, keySpace: string | undefined): Claim['scope'] {
  const { principal, method, idempotencyKey } = call;
  const tenantId = principal.tenantId ?? PLATFORM_TENANT_ID;
  const key = keySpace === undefined ? idempotencyKey : keyWithin(keySpace, idempotencyKey);
  return [tenantId, principal.subject, rpcName(method), key];
}

/** JSON keeps the two apart; the digest keeps an address out of the table. */
function keyWithin(keySpace: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([keySpace, key]))
    .digest('hex');
}

/** Claims the key, or answers what its first call stored. Waits for a first call still running. */
async function claimKey(claim: Claim, rows: Rows, now: Temporal.Instant) {
  const { scope, call } = claim;
  const mine = randomUUID();
  // One statement claims and checks: a row that exists is locked and returned as it is, unless it
  // has expired, in which case it is taken over.
  const [found] = await rows
    .sql<{ claim: string; input_hash: string; answer: Uint8Array | null }>(claimStatement, [
      ...scope,
      mine,
      call.inputHash,
      now,
      now.add({ hours: ANSWER_KEPT_HOURS }),
    ])
    .catch((error) => {
      throw isLockTimeout(error) ? idempotencyKeyInUse(call.idempotencyKey, error) : error;
    });
  if (found?.claim === mine) return 'claimed';
  if (found?.input_hash !== call.inputHash) throw idempotencyKeyReused(call.idempotencyKey);
  if (!found.answer) throw new Error('An idempotency key was committed without its answer.');
  return found.answer;
}

const claimStatement = `
insert into idempotency as stored
  (tenant_id, subject, method, key, claim, input_hash, create_time, expire_time)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (tenant_id, subject, method, key) do update set
  claim = case when stored.expire_time <= $7 then excluded.claim else stored.claim end,
  input_hash = case when stored.expire_time <= $7 then excluded.input_hash else stored.input_hash end,
  answer = case when stored.expire_time <= $7 then null else stored.answer end,
  create_time = case when stored.expire_time <= $7 then $7 else stored.create_time end,
  expire_time = case when stored.expire_time <= $7 then $8 else stored.expire_time end
returning claim, input_hash, answer`;

/** Refuses what cannot be the RPC's answer; otherwise a replay would differ from the first answer. */
function checkedAnswer<M extends DescMessage>(output: M, answer: unknown): MessageInitShape<M> {
  const known = new Set(['$typeName', '$unknown', ...output.members.map((m) => m.localName)]);
  const isRecord = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  const strange = isRecord
    ? Object.keys(answer).filter((name) => !known.has(name))
    : ['(no object)'];
  if (strange.length > 0) {
    throw new Error(
      `With an idempotency key, the work of a write answers ${output.typeName}, which has no ` +
        `${strange.join(', ')}.`,
    );
  }
  return answer as MessageInitShape<M>;
}

function aad({ scope }: Claim): string {
  return JSON.stringify(scope);
}
