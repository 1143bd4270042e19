import { fromJson } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PLATFORM_TENANT_ID, toPageToken } from '@tollgate/api';
import {
  CreateInvitationRequestSchema,
  TenantService,
} from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import type { MemberRole } from '@tollgate/api/words';
import { newId } from '@tollgate/runtime/database';
import { refusal, user } from '@tollgate/testkit';
import { type Provisioned, startTenantForTest, type TenantForTest } from './start.ts';

let tenant: TenantForTest;

beforeAll(async () => {
  tenant = await startTenantForTest();
});
afterAll(async () => tenant?.[Symbol.asyncDispose]());

/** Invites somebody and lets them join. */
async function join(to: Provisioned, role: MemberRole) {
  const userId = newId('usr');
  const email = `${userId}@example.com`;
  const { invitationToken } = await to.owner.createInvitation({
    tenantId: to.tenantId,
    email,
    role,
  });
  await tenant.internal.acceptInvitation({ userId, email, invitationToken });
  return { userId, email, invitationToken };
}

describe('an invitation', () => {
  test('is used once, by the invited address, and answers its user again', async () => {
    const acme = await tenant.provision('Invites');
    const { userId, email, invitationToken } = await join(acme, 'developer');
    const again = await tenant.internal.acceptInvitation({ userId, email, invitationToken });
    expect(again.membership).toMatchObject({ tenantId: acme.tenantId, role: 'developer' });
    for (const other of [
      { userId: newId('usr'), email, invitationToken },
      { userId, email: 'other@example.com', invitationToken },
      { userId, email, invitationToken: `${invitationToken}x` },
      { userId, email, invitationToken, slug: 'elsewhere' },
    ]) {
      expect(await refusal(tenant.internal.acceptInvitation(other))).toBe('INVITATION_INVALID');
    }
  });

  test('does not bring back a member who was removed', async () => {
    const acme = await tenant.provision('Removes');
    const { userId, email, invitationToken } = await join(acme, 'viewer');
    await acme.owner.removeMember({ tenantId: acme.tenantId, userId });
    const again = tenant.internal.acceptInvitation({ userId, email, invitationToken });
    expect(await refusal(again)).toBe('INVITATION_INVALID');
    expect((await tenant.internal.listMemberships({ userId })).memberships).toEqual([]);
  });

  test('gives one place when it is used twice at the same moment', async () => {
    const acme = await tenant.provision('Races');
    const email = 'race@example.com';
    const { tenantId } = acme;
    const { invitationToken } = await acme.owner.createInvitation({
      tenantId,
      email,
      role: 'viewer',
    });
    const users = [newId('usr'), newId('usr')];
    const outcomes = await Promise.all(
      users.map((userId) =>
        refusal(tenant.internal.acceptInvitation({ userId, email, invitationToken })),
      ),
    );
    expect(outcomes.sort()).toEqual(['INVITATION_INVALID', 'answered']);
  });

  test('expires after seven days', async () => {
    await using late = await startTenantForTest();
    const acme = await late.provision('Waits');
    const email = 'late@example.com';
    const { invitationToken } = await acme.owner.createInvitation({
      tenantId: acme.tenantId,
      email,
      role: 'viewer',
    });
    late.clock.advance({ hours: 7 * 24 });
    const request = { userId: newId('usr'), email, invitationToken };
    expect(await refusal(late.internal.acceptInvitation(request))).toBe('INVITATION_INVALID');
  });

  test('to a role of another kind of tenant is refused', async () => {
    const acme = await tenant.provision('Kinds');
    const own = fromJson(CreateInvitationRequestSchema, {
      tenant_id: acme.tenantId,
      email: 'a@example.com',
      role: 'platform_admin',
    });
    expect(await refusal(acme.owner.createInvitation(own))).toBe('INVALID_INPUT');
    const platform = { tenantId: PLATFORM_TENANT_ID, email: 'a@example.com' };
    const owner = tenant.operator.createInvitation({ ...platform, role: 'owner' });
    expect(await refusal(owner)).toBe('INVALID_INPUT');
  });
});

describe('roles', () => {
  test('an owner changes a role; the same role again changes nothing', async () => {
    const acme = await tenant.provision('Roles');
    const { userId } = await join(acme, 'viewer');
    const request = { tenantId: acme.tenantId, userId, role: 'developer' } as const;
    const first = await acme.owner.updateMember(request);
    expect(first.member?.role).toBe('developer');
    expect(await acme.owner.updateMember(request)).toEqual(first);
  });

  test('an admin can make neither itself nor anybody else an owner, nor remove one', async () => {
    const acme = await tenant.provision('Climbs');
    const { userId } = await join(acme, 'admin');
    const { tenantId } = acme;
    const admin = tenant.service.client(TenantService, user(tenantId, { role: 'admin', userId }));
    const calls = [
      admin.updateMember({ tenantId, userId, role: 'owner' }),
      admin.createInvitation({ tenantId, email: 'friend@example.com', role: 'owner' }),
      admin.updateMember({ tenantId, userId: acme.userId, role: 'viewer' }),
      admin.removeMember({ tenantId, userId: acme.userId }),
    ];
    expect(new Set(await Promise.all(calls.map(refusal)))).toEqual(new Set(['SCOPE_NOT_HELD']));
  });

  test('the last owner can neither leave nor lose the role', async () => {
    const acme = await tenant.provision('Stays');
    const { tenantId, userId, owner } = acme;
    expect(await refusal(owner.removeMember({ tenantId, userId }))).toBe('LAST_OWNER');
    const demotion = owner.updateMember({ tenantId, userId, role: 'viewer' });
    expect(await refusal(demotion)).toBe('LAST_OWNER');
  });

  test('of two owners who leave at the same moment one stays', async () => {
    const acme = await tenant.provision('Leaves');
    const { tenantId, userId, owner } = acme;
    const second = await join(acme, 'owner');
    const outcomes = await Promise.all([
      refusal(owner.removeMember({ tenantId, userId })),
      refusal(owner.removeMember({ tenantId, userId: second.userId })),
    ]);
    expect(outcomes.sort()).toEqual(['LAST_OWNER', 'answered']);
  });
});

test('members are listed page by page, those who joined first first', async () => {
  const acme = await tenant.provision('Pages');
  const joined = [acme.userId];
  for (const role of ['admin', 'viewer', 'billing'] as const)
    joined.push((await join(acme, role)).userId);
  const { tenantId } = acme;
  const first = await acme.owner.listMembers({ tenantId, pageSize: 3 });
  const { nextPageToken: pageToken } = first;
  const second = await acme.owner.listMembers({ tenantId, pageSize: 3, pageToken });
  const seen = [...first.members, ...second.members].map((member) => member.userId);
  expect(seen.sort()).toEqual(joined.sort());
  expect(second.nextPageToken).toBe('');
});

test('a page token that names no possible time is refused, not failed', async () => {
  const { owner, tenantId, userId } = await tenant.provision('Tokens');
  for (const since of ['-271821-04-20T00:00:00Z', '+010000-01-01T00:00:00Z', '0000-01-01']) {
    const pageToken = toPageToken({ since, userId });
    expect(await refusal(owner.listMembers({ tenantId, pageToken }))).toBe('PAGE_TOKEN_INVALID');
  }
});
