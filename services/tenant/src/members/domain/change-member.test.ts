import { describe, expect, test } from '@jest/globals';
import { permissionsOfRole } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';
import { newId } from '@tollgate/runtime/database';
import { reasonOf } from '@tollgate/runtime/errors';
import { checkRemoval, withRole } from './change-member.ts';
import type { Member } from './member.ts';

const memberAs = (role: Role): Member => ({
  tenantId: newId('ten'),
  userId: newId('usr'),
  email: 'somebody@example.com',
  role,
  createTime: Temporal.Instant.from('2026-03-01T00:00:00Z'),
});

const by = (role: Role, leaderCount = 2) => ({
  caller: { role, permissions: permissionsOfRole[role] },
  leaderCount,
  platform: role === 'platform_admin',
});

function refusal(change: () => unknown): string | undefined {
  try {
    change();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

describe('another role', () => {
  test('is given by who holds both, and nothing else of the member changes', () => {
    const member = memberAs('viewer');
    expect(withRole(member, 'owner', by('owner'))).toEqual({ ...member, role: 'owner' });
  });

  test('that is the present one is the same member, whoever asks', () => {
    const member = memberAs('owner');
    expect(withRole(member, 'owner', by('viewer', 1))).toBe(member);
  });

  test('is refused to who may not grant the new one or not take the old one', () => {
    expect(refusal(() => withRole(memberAs('viewer'), 'owner', by('admin')))).toBe(
      'SCOPE_NOT_HELD',
    );
    expect(refusal(() => withRole(memberAs('owner'), 'viewer', by('admin')))).toBe(
      'SCOPE_NOT_HELD',
    );
  });

  test('is refused for the last leader, and for one of two is not', () => {
    const owner = memberAs('owner');
    expect(refusal(() => withRole(owner, 'viewer', by('owner', 1)))).toBe('LAST_OWNER');
    expect(withRole(owner, 'viewer', by('owner', 2)).role).toBe('viewer');
  });
});

describe('a removal', () => {
  test('is refused to who may not take the role, and for the last leader', () => {
    expect(refusal(() => checkRemoval(memberAs('owner'), by('admin')))).toBe('SCOPE_NOT_HELD');
    expect(refusal(() => checkRemoval(memberAs('owner'), by('owner', 1)))).toBe('LAST_OWNER');
    const operator = memberAs('platform_admin');
    expect(refusal(() => checkRemoval(operator, by('platform_admin', 1)))).toBe('LAST_OWNER');
  });

  test('of somebody who does not lead goes through beside one leader', () => {
    expect(refusal(() => checkRemoval(memberAs('viewer'), by('owner', 1)))).toBeUndefined();
  });
});
