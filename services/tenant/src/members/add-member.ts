import { memberAdded } from '@tollgate/api/events';
import type { Rows } from '@tollgate/runtime/database';
import type { Member } from './domain/member.ts';
import { memberEvent } from './member-event.ts';
import { insertMember } from './member-store.ts';

/** Adds a member and tells so. False, and nothing happened, when the user is a member already. */
export async function addMember(rows: Rows, member: Member): Promise<boolean> {
  if (!(await insertMember(rows, member))) return false;
  rows.emit(memberEvent(memberAdded, member));
  return true;
}
