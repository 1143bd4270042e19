import type { MemberChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import type { Rows } from '@tollgate/runtime/database';
import type { EventOf } from '@tollgate/runtime/events';
import type { Clock } from '@tollgate/runtime/service';
import { sessionRevoked } from './session-events.ts';
import { revokeMemberSessions } from './session-store.ts';

/**
 * A member lost its place or got another role: its sessions in this tenant end, because their access
 * tokens carry the old role. Sessions begun after the change know the new one and go on.
 */
export function onMemberChanged({ clock }: { clock: Clock }) {
  return async (event: EventOf<typeof MemberChangedSchema>, rows: Rows): Promise<void> => {
    const { tenantId, time: begunUntil } = event;
    const userId = event.payload.member?.userId ?? '';
    const at = clock.now();
    const revoked = await revokeMemberSessions(rows, { tenantId, userId }, { begunUntil, at });
    for (const sessionId of revoked) rows.emit(sessionRevoked({ sessionId, tenantId, userId }, at));
  };
}
