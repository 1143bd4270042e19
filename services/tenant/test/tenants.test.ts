import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PLATFORM_TENANT_ID } from '@tollgate/api';
import { newId } from '@tollgate/runtime/database';
import { refusal } from '@tollgate/testkit';
import { startTenantForTest, type TenantForTest } from './start.ts';

let tenant: TenantForTest;

beforeAll(async () => {
  tenant = await startTenantForTest();
});
afterAll(async () => tenant?.[Symbol.asyncDispose]());

/** Types of the events that were announced about something, oldest first. */
async function eventsOf(entityId: string): Promise<string[]> {
  const found = await tenant.service.place.database.sql<{ noun: string; version: string }>(
    'select noun, version::text from tenant.entity_version where entity_id = $1',
    [entityId],
  );
  return found.map(({ noun, version }) => `${noun} ${version}`);
}

describe('a tenant made by sign-up', () => {
  test('has its owner, a slug made from its name, and is announced once', async () => {
    const { tenantId, userId, slug, owner } = await tenant.provision('Sample Widgets');
    expect(slug).toBe('sample-widgets');
    expect((await owner.listMembers({ tenantId })).members).toMatchObject([
      { userId, role: 'owner' },
    ]);
    expect(await eventsOf(tenantId)).toEqual(['tenant.tenant 1']);
    expect(await eventsOf(`${tenantId}/${userId}`)).toEqual(['tenant.member 1']);
  });

  test('is made once for one user, however often and however concurrently it is asked for', async () => {
    const request = { userId: newId('usr'), email: 'Twice@Example.com', tenantName: 'Twice' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => tenant.internal.provisionTenant(request)),
    );
    expect(new Set(answers.map((answer) => answer.membership?.tenantId)).size).toBe(1);
    const { memberships } = await tenant.internal.listMemberships({ userId: request.userId });
    expect(memberships).toHaveLength(1);
  });

  test('gets a suffix where the made slug is taken, and is refused where a wanted one is', async () => {
    const first = await tenant.provision('Same Name');
    const second = await tenant.provision('Same Name');
    expect(second.slug).toMatch(/^same-name-\w{6}$/);
    const wanted = { userId: newId('usr'), email: 'third@example.com', slug: first.slug };
    expect(await refusal(tenant.internal.provisionTenant(wanted))).toBe('TENANT_SLUG_TAKEN');
    const platform = { ...wanted, userId: newId('usr'), slug: 'platform' };
    expect(await refusal(tenant.internal.provisionTenant(platform))).toBe('TENANT_SLUG_TAKEN');
  });
});

describe('another tenant', () => {
  test('is not found, whatever is asked of it and whoever asks', async () => {
    const { tenantId, userId } = await tenant.provision('Invisible');
    const { owner } = await tenant.provision('Curious');
    const calls = [
      owner.getTenant({ tenantId }),
      owner.updateTenant({ tenantId, tenantName: 'Taken over' }),
      owner.listMembers({ tenantId }),
      owner.updateMember({ tenantId, userId, role: 'viewer' }),
      owner.removeMember({ tenantId, userId }),
      owner.createInvitation({ tenantId, email: 'mine@example.com', role: 'owner' }),
    ];
    expect(new Set(await Promise.all(calls.map(refusal)))).toEqual(new Set(['NOT_FOUND']));
    expect((await tenant.operator.getTenant({ tenantId })).tenant?.tenantName).toBe('Invisible');
  });

  test('cannot be reached by a user of another tenant who is a member of the own one only', async () => {
    const { userId } = await tenant.provision('Theirs');
    const { tenantId, owner } = await tenant.provision('Ours');
    expect(await refusal(owner.removeMember({ tenantId, userId }))).toBe('NOT_FOUND');
  });

  test('is out of reach for public callers of the internal service', async () => {
    const { owner } = await tenant.provision('Outside');
    expect(await refusal(owner.listTenants({}))).toBe('PERMISSION_DENIED');
    expect(
      await refusal(owner.createTenant({ tenantName: 'x', adminEmail: 'a@example.com' })),
    ).toBe('PERMISSION_DENIED');
  });
});

describe('updateTenant', () => {
  test('changes the name, announces it, and announces nothing when nothing changes', async () => {
    const { tenantId, owner } = await tenant.provision('Before');
    const answer = await owner.updateTenant({ tenantId, tenantName: 'After' });
    expect(answer.tenant?.tenantName).toBe('After');
    await owner.updateTenant({ tenantId, tenantName: 'After' });
    await owner.updateTenant({ tenantId, tenantName: '' });
    expect(await eventsOf(tenantId)).toEqual(['tenant.tenant 2']);
  });

  test('refuses fields that cannot be changed and names them', async () => {
    const { tenantId, owner } = await tenant.provision('Fixed');
    const request = { tenantId, tenantName: '', updateMask: { paths: ['slug', 'tenant_name'] } };
    await expect(owner.updateTenant(request)).rejects.toThrow(/slug.*1 more/);
  });
});

describe('operators', () => {
  test('list every tenant page by page, the platform first', async () => {
    const { tenantId } = await tenant.provision('Last In List');
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await tenant.operator.listTenants({ pageSize: 2, pageToken });
      seen.push(...page.tenants.map((one) => one.tenantId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen[0]).toBe(PLATFORM_TENANT_ID);
    expect(seen).toContain(tenantId);
    expect(new Set(seen).size).toBe(seen.length);
    expect(await refusal(tenant.operator.listTenants({ pageToken: 'nonsense' }))).toBe(
      'PAGE_TOKEN_INVALID',
    );
  });

  test('create a tenant whose owner joins with the token of the answer', async () => {
    const created = await tenant.operator.createTenant({
      tenantName: 'On Behalf',
      adminEmail: 'Boss@Example.com',
    });
    const userId = newId('usr');
    const { membership } = await tenant.internal.acceptInvitation({
      userId,
      email: 'boss@example.com',
      invitationToken: created.adminToken,
    });
    expect(membership).toMatchObject({ tenantId: created.tenantId, role: 'owner' });
  });

  test('get the same answer, token included, when they repeat a creation with its key', async () => {
    const request = { tenantName: 'Once', adminEmail: 'once@example.com' };
    const options = { headers: { 'idempotency-key': newId('evt') } };
    const first = await tenant.operator.createTenant(request, options);
    const again = await tenant.operator.createTenant(request, options);
    expect(again).toEqual(first);
    const [stored] = await tenant.service.place.database.sql<{ answer: Buffer }>(
      'select answer from tenant.idempotency',
    );
    expect(stored?.answer.toString('latin1')).not.toContain(first.adminToken);
  });

  test('are made once and lead the platform', async () => {
    const request = { userId: newId('usr'), email: 'operator@example.com' };
    await tenant.internal.addOperator(request);
    const { membership } = await tenant.internal.addOperator(request);
    expect(membership).toMatchObject({ tenantId: PLATFORM_TENANT_ID, role: 'platform_admin' });
    const { members } = await tenant.operator.listMembers({ tenantId: PLATFORM_TENANT_ID });
    expect(members).toHaveLength(1);
  });
});
