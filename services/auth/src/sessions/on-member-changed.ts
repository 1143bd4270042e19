import type { MemberChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import type { Rows } from '@tollgate/runtime/database';
import type { EventOf } from '@tollgate/runtime/events';
import type { Clock } from '@tollgate/runtime/service';
import { sessionRevoked } from '../api-keys/key-events.ts';

/**
 * Sessions of one member that are told of by events, which a transaction may have only so many of.
 * Nobody uses more; the rest is found by the next look at Postgres.
 */
const toldMax = 500;

/**
 * A member lost its place or got another role: its sessions in this tenant end, because their access
 * tokens carry the old role. Sessions begun after the change know the new one and go on.
 */
export function onMemberChanged({ clock }: { clock: Clock }) {
  return async (event: EventOf<typeof MemberChangedSchema>, rows: Rows): Promise<void> => {
    const userId = event.payload.member?.userId ?? '';
    const { tenantId } = event;
    const revokeTime = clock.now();
    const ended = await rows.sql<{ session_id: string }>(
      // Every use moves the end, so that those used last are told of first.
      `with ended as (
         update auth.session set revoke_time = $1
         where tenant_id = $2 and user_id = $3 and revoke_time is null and create_time <= $4
           and expire_time > $1
         returning session_id, expire_time)
       select session_id from ended order by expire_time desc limit ${toldMax}`,
      [revokeTime, tenantId, userId, event.time],
    );
    for (const { session_id: sessionId } of ended) {
      rows.emit(sessionRevoked({ sessionId, tenantId, userId }, revokeTime));
    }
  };
}
