import { toProtoTime } from '@tollgate/api';
import * as events from '@tollgate/api/events';
import type { SessionRevokedSchema } from '@tollgate/api/tollgate/auth/v1/events';
import type { OutgoingEvent } from '@tollgate/runtime/database';
import { forgetTime, type Session } from './domain/session.ts';

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
