import { toProtoTime } from '@tollgate/api';
import * as events from '@tollgate/api/events';
import type {
  ApiKeyChangedSchema,
  SessionRevokedSchema,
} from '@tollgate/api/tollgate/auth/v1/events';
import type { OutgoingEvent } from '@tollgate/runtime/database';
import type { ApiKey } from './domain/api-key.ts';
import { forgetTime, type Session } from '../sessions/domain/session.ts';

/** `auth.key.changed`: the key as it is now, without anything secret. */
export function keyChanged(key: ApiKey): OutgoingEvent<typeof ApiKeyChangedSchema> {
  const { keyId, tenantId, environment, name, last4, revokeTime } = key;
  return {
    type: events.keyChanged,
    tenantId,
    environment,
    entityId: keyId,
    payload: {
      keyId,
      tenantId,
      environment,
      status: revokeTime ? 'revoked' : 'active',
      name,
      last4,
      ...(revokeTime ? { revokeTime: toProtoTime(revokeTime) } : {}),
    },
  };
}

/** `auth.session.revoked`: access tokens of the session are refused from now on. */
export function sessionRevoked(
  session: Pick<Session, 'sessionId' | 'tenantId' | 'userId'>,
  revokeTime: Temporal.Instant,
): OutgoingEvent<typeof SessionRevokedSchema> {
  const { sessionId, tenantId, userId } = session;
  return {
    type: events.sessionRevoked,
    tenantId,
    entityId: sessionId,
    payload: {
      sessionId,
      userId,
      forgetTime: toProtoTime(forgetTime(revokeTime)),
    },
  };
}
