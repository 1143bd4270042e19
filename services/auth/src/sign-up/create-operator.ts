import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@connectrpc/connect';
import type { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Secret } from '@tollgate/runtime/config';
import type { Database } from '@tollgate/runtime/database';
import type { Clock, Log } from '@tollgate/runtime/service';
import { normalEmail } from '../users/domain/email.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { activateUser } from '../users/user-store.ts';
import { claimEmail } from './claim-email.ts';

/** Pause between two tries, in milliseconds: Tenant may start later than Auth. */
const retryMs = 1_000;

/** As sign-up demands it, in characters. */
const passwordLengthMin = 8;

/** What the first operator is made with. */
export interface OperatorParts {
  readonly operator: { readonly email: string; readonly password: Secret };
  readonly database: Database;
  readonly passwords: PasswordHasher;
  readonly tenants: Client<typeof TenantInternalService>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Creates the operator of the settings in the background, until it is done. A user who has the
 * address already is left alone, and made nothing: it may be anybody. Throws for a password that is
 * too short.
 */
export function startOperatorCreation(parts: OperatorParts): AsyncDisposable {
  const { email, password } = parts.operator;
  if (email !== '' && password.reveal().length < passwordLengthMin) {
    throw new Error(
      `TOLLGATE_OPERATOR_PASSWORD must have ${passwordLengthMin} characters or more.`,
    );
  }
  const stop = new AbortController();
  const signal = AbortSignal.any([parts.signal, stop.signal]);
  const working = email === '' ? undefined : untilDone(parts, signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await working;
    },
  };
}

async function untilDone(parts: OperatorParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await createOperator(parts);
      return;
    } catch (error) {
      parts.log.warn({ error }, 'the operator could not be created and is tried again');
    }
    // Aborting is the ordinary end of the pause.
    await delay(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

async function createOperator(parts: OperatorParts): Promise<void> {
  const { operator, database, tenants, log } = parts;
  const email = normalEmail(operator.email);
  const password = operator.password.reveal();
  const claim = await claimEmail(parts, { email, password, fullName: 'Operator' });
  if (claim.kind === 'taken') return;
  const { userId } = claim;
  await tenants.addOperator({ userId, email });
  if (!(await database.system((rows) => activateUser(rows, userId)))) {
    throw new Error('Another process is creating the operator.');
  }
  log.info({ userId }, 'the operator was created');
}
