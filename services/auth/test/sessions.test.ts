import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { newId } from '@tollgate/runtime/database';
import { type FixedClock, fixedClock, systemClock } from '@tollgate/runtime/service';
import { eventually, refusal } from '@tollgate/testkit';
import { type AuthForTest, type Person, startAuthForTest } from './start.ts';

let auth: AuthForTest;
let clock: FixedClock;

beforeAll(async () => {
  clock = fixedClock(systemClock.now());
  auth = await startAuthForTest({ clock });
});
afterAll(async () => auth?.[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('sign-up', () => {
  test('makes a user who owns a tenant and may work at once', async () => {
    const person = await auth.signUp();
    const me = await person.auth.getMe({});
    expect(me).toMatchObject({
      userId: person.userId,
      email: person.email,
      tenantId: person.tenantId,
      role: 'owner',
      environment: 'live',
      // Billing is not there: everything else is answered nevertheless.
      plan: '',
    });
  });

  test('takes an address once, without regard to case', async () => {
    const person = await auth.signUp();
    const again = { email: person.email.toUpperCase(), password: 'x'.repeat(8), tenant: 'other' };
    expect(await refusal(auth.anonymous.signUp(again))).toBe('EMAIL_TAKEN');
  });

  test('refuses a taken slug, and the address stays free for another try', async () => {
    const request = { email: 'wants@example.com', password: 'long enough', tenant: 'platform' };
    expect(await refusal(auth.anonymous.signUp(request))).toBe('TENANT_SLUG_TAKEN');
    const other = await auth.anonymous.signUp({ ...request, tenant: 'wanted' });
    expect(other.tenantId).toMatch(/^ten_/);
  });

  test('that died half-way goes on with the same user and tenant', async () => {
    const request = {
      email: 'dies@example.com',
      password: 'long enough',
      organizationName: 'Half Way',
    };
    const first = await auth.anonymous.signUp(request);
    // As if the process had been killed after Tenant answered and before the user became active.
    await auth.place.database.sql('delete from auth.session where user_id = $1', [first.userId]);
    await auth.place.database.sql(`update auth.app_user set state = 'pending' where user_id = $1`, [
      first.userId,
    ]);
    const login = { email: request.email, password: request.password };
    expect(await refusal(auth.anonymous.login(login))).toBe('LOGIN_FAILED');
    const second = await auth.anonymous.signUp(request);
    expect(second).toMatchObject({ userId: first.userId, tenantId: first.tenantId });
  });

  test('that somebody else left half-way gives neither user nor tenant of theirs', async () => {
    const request = { email: 'left@example.com', organizationName: 'Left' };
    const first = await auth.anonymous.signUp({ ...request, password: 'the first one' });
    await auth.place.database.sql('delete from auth.session where user_id = $1', [first.userId]);
    await auth.place.database.sql(`update auth.app_user set state = 'pending' where user_id = $1`, [
      first.userId,
    ]);
    const second = await auth.anonymous.signUp({ ...request, password: 'the second one' });
    expect(second.userId).not.toBe(first.userId);
    expect(second.tenantId).not.toBe(first.tenantId);
  });

  test('sent twice at the same moment makes one user, who has the tenant', async () => {
    const request = { email: 'twice@example.com', password: 'long enough', tenant: 'twice' };
    const answers = await Promise.all([1, 2].map(() => refusal(auth.anonymous.signUp(request))));
    expect(answers.toSorted()).toEqual(['EMAIL_TAKEN', 'answered']);
    const { email, password } = request;
    expect(await refusal(auth.anonymous.login({ email, password, tenant: 'twice' }))).toBe(
      'answered',
    );
  });

  test('repeated with its idempotency key answers the same, and a stranger gets nothing', async () => {
    const request = { email: 'again@example.com', password: 'long enough', tenant: 'again' };
    const options = { headers: { 'idempotency-key': '1' } };
    const first = await auth.anonymous.signUp(request, options);
    expect(await auth.anonymous.signUp(request, options)).toEqual(first);
    const stranger = { ...request, password: 'guessed wrong' };
    expect(await refusal(auth.anonymous.signUp(stranger, options))).toBe('IDEMPOTENCY_KEY_REUSED');
    const other = { ...request, email: 'else@example.com', tenant: 'else' };
    expect((await auth.anonymous.signUp(other, options)).userId).not.toBe(first.userId);
  });

  test('names every broken rule at once', async () => {
    await expect(auth.anonymous.signUp({ email: 'nonsense', password: 'short' })).rejects.toThrow(
      /2 more/,
    );
  });

  test('with an invitation joins, and a second one leads to a choice at login', async () => {
    const first = await auth.signUp();
    const second = await auth.signUp();
    const email = 'joins@example.com';
    const password = 'long enough';
    const invite = async ({ tenants, tenantId }: Person) =>
      (await tenants.createInvitation({ tenantId, email, role: 'developer' })).invitationToken;
    const joined = await auth.anonymous.signUp({
      email,
      password,
      invitationToken: await invite(first),
    });
    expect(joined.tenantId).toBe(first.tenantId);
    const invitationToken = await invite(second);
    const wrong = { email, password: 'somebody else', invitationToken };
    expect(await refusal(auth.anonymous.signUp(wrong))).toBe('EMAIL_TAKEN');
    const further = await auth.anonymous.signUp({ email, password, invitationToken });
    expect(further).toMatchObject({ userId: joined.userId, tenantId: second.tenantId });
    expect(await refusal(auth.anonymous.login({ email, password }))).toBe('TENANT_REQUIRED');
    const { tenant } = await second.tenants.getTenant({ tenantId: second.tenantId });
    const chosen = await auth.anonymous.login({ email, password, tenant: tenant?.slug ?? '' });
    expect(chosen.tenantId).toBe(second.tenantId);
  });
});

describe('login', () => {
  test('answers an unknown address like a wrong password', async () => {
    const { email, password } = await auth.signUp();
    const failures = await Promise.all(
      [
        { email, password: 'wrong' },
        { email: 'nobody@example.com', password },
        { email, password, tenant: 'not-mine' },
      ].map((request) => auth.anonymous.login(request).catch((error: Error) => error.message)),
    );
    expect(new Set(failures).size).toBe(1);
    expect(await refusal(auth.anonymous.login({ email, password: 'wrong' }))).toBe('LOGIN_FAILED');
    expect((await auth.anonymous.login({ email, password })).tokenType).toBe('bearer');
  });

  test('is limited per address, before any work is done', async () => {
    await using strict = await startAuthForTest({
      settings: { TOLLGATE_LOGIN_LIMIT_PER_MINUTE: '3' },
    });
    const request = { email: 'tried@example.com', password: 'wrong' };
    const tries = [];
    for (let count = 0; count < 5; count += 1) {
      tries.push(await refusal(strict.anonymous.login(request)));
    }
    expect(tries.slice(0, 3)).toEqual(['LOGIN_FAILED', 'LOGIN_FAILED', 'LOGIN_FAILED']);
    expect(tries.slice(3)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const other = { ...request, email: 'other@example.com' };
    expect(await refusal(strict.anonymous.login(other))).toBe('LOGIN_FAILED');
  });
});

describe('a refresh token', () => {
  test('is traded once; a retry within ten seconds gets the same next one', async () => {
    const { refreshToken } = await auth.signUp();
    const first = await auth.anonymous.refresh({ refreshToken });
    clock.advance({ seconds: 9 });
    const retry = await auth.anonymous.refresh({ refreshToken });
    expect(retry.refreshToken).toBe(first.refreshToken);
    const next = await auth.anonymous.refresh({ refreshToken: first.refreshToken });
    expect(next.refreshToken).not.toBe(first.refreshToken);
    expect((await auth.check(bearer(next.accessToken))).status).toBe(200);
  });

  test('used a second time ends the session of both who hold it', async () => {
    const { refreshToken, accessToken } = await auth.signUp();
    const next = await auth.anonymous.refresh({ refreshToken });
    clock.advance({ seconds: 11 });
    expect(await refusal(auth.anonymous.refresh({ refreshToken }))).toBe('CREDENTIAL_INVALID');
    const after = auth.anonymous.refresh({ refreshToken: next.refreshToken });
    expect(await refusal(after)).toBe('CREDENTIAL_INVALID');
    for (const token of [accessToken, next.accessToken]) {
      expect((await auth.check(bearer(token))).status).toBe(401);
    }
  });

  test('used twice at the same moment gives one successor', async () => {
    const { refreshToken } = await auth.signUp();
    const answers = await Promise.all(
      [1, 2, 3].map(() => auth.anonymous.refresh({ refreshToken })),
    );
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
  });

  test('is stored as a hash only, and a made-up one is refused', async () => {
    const { refreshToken } = await auth.signUp();
    const rows = await auth.place.database.sql('select * from auth.refresh_token');
    expect(JSON.stringify(rows)).not.toContain(refreshToken);
    const made = auth.anonymous.refresh({ refreshToken: `${refreshToken}x` });
    expect(await refusal(made)).toBe('CREDENTIAL_INVALID');
  });

  test('dies after thirty days without use', async () => {
    await using late = await startAuthForTest({ clock: fixedClock(systemClock.now()) });
    const { refreshToken, userId } = await late.signUp();
    await late.place.database.sql(
      `update auth.refresh_token t set expire_time = t.expire_time - interval '30 days'
       from auth.session s where s.session_id = t.session_id and s.user_id = $1`,
      [userId],
    );
    expect(await refusal(late.anonymous.refresh({ refreshToken }))).toBe('CREDENTIAL_EXPIRED');
  });
});

describe('a session', () => {
  test('that was ended is refused at every process within a second', async () => {
    await using other = await auth.startAnother();
    const { accessToken, refreshToken, auth: own } = await auth.signUp();
    expect((await other.check(bearer(accessToken))).status).toBe(200);
    await own.logout({});
    expect((await auth.check(bearer(accessToken))).status).toBe(401);
    await eventually({ withinMs: 1_000 }, async () => {
      expect((await other.check(bearer(accessToken))).status).toBe(401);
    });
    await using later = await auth.startAnother();
    expect((await later.check(bearer(accessToken))).status).toBe(401);
    expect(await refusal(auth.anonymous.refresh({ refreshToken }))).toBe('CREDENTIAL_INVALID');
  });

  test('ends when its member is removed or gets another role', async () => {
    const owner = await auth.signUp();
    const { tenantId } = owner;
    for (const change of ['removed', 'changed']) {
      const email = `${change}@example.com`;
      const { invitationToken } = await owner.tenants.createInvitation({
        tenantId,
        email,
        role: 'developer',
      });
      const { userId, accessToken } = await auth.anonymous.signUp({
        email,
        password: 'long enough',
        invitationToken,
      });
      expect((await auth.check(bearer(accessToken))).status).toBe(200);
      clock.advance({ seconds: 1 });
      if (change === 'removed') await owner.tenants.removeMember({ tenantId, userId });
      else await owner.tenants.updateMember({ tenantId, userId, role: 'viewer' });
      await eventually({ withinMs: 3_000 }, async () => {
        expect((await auth.check(bearer(accessToken))).status).toBe(401);
      });
    }
    expect((await auth.check(bearer(owner.accessToken))).status).toBe(200);
  });

  test('ends with all others of a member who has more than one transaction can tell of', async () => {
    const owner = await auth.signUp();
    const { tenantId } = owner;
    const invited = { tenantId, email: 'many@example.com', role: 'developer' } as const;
    const { invitationToken } = await owner.tenants.createInvitation(invited);
    const { userId, accessToken } = await auth.anonymous.signUp({
      email: invited.email,
      password: 'long enough',
      invitationToken,
    });
    await auth.place.database.sql(
      `insert into auth.session (session_id, tenant_id, user_id, create_time, expire_time)
       select 'ses_' || n, tenant_id, user_id, create_time, expire_time - interval '1 hour'
       from auth.session, generate_series(1, 1001) as n where user_id = $1`,
      [userId],
    );
    clock.advance({ seconds: 1 });
    await owner.tenants.updateMember({ tenantId, userId, role: 'viewer' });
    await eventually({ withinMs: 5_000 }, async () => {
      expect((await auth.check(bearer(accessToken))).status).toBe(401);
    });
    const alive = 'select 1 from auth.session where user_id = $1 and revoke_time is null';
    expect(await auth.place.database.sql(alive, [userId])).toEqual([]);
  });

  test('gives access tokens that die after ten minutes', async () => {
    await using own = await startAuthForTest({ clock });
    const { accessToken } = await own.signUp();
    clock.advance({ seconds: 595 });
    expect((await own.check(bearer(accessToken))).status).toBe(200);
    clock.advance({ seconds: 11 });
    const answer = await own.check(bearer(accessToken));
    expect(answer.metadata.reason).toBe('CREDENTIAL_EXPIRED');
  });
});

test('the operator of the settings is created once and may do what operators do', async () => {
  const request = { email: 'Operator@Example.com', password: 'a very long password' };
  await using own = await startAuthForTest({
    settings: {
      TOLLGATE_OPERATOR_EMAIL: request.email,
      TOLLGATE_OPERATOR_PASSWORD: request.password,
    },
  });
  const squatter = { email: request.email, password: 'long enough', tenant: 'mine' };
  expect(await refusal(own.anonymous.signUp(squatter))).toBe('EMAIL_TAKEN');
  const session = await eventually({ withinMs: 5_000 }, () => own.anonymous.login(request));
  const caller = { token: () => own.internalTokenOf(session.accessToken) };
  const me = await own.service.client(AuthService, caller).getMe({});
  expect(me.role).toBe('platform_admin');
  const tenants = own.tenant.client(TenantService, caller);
  const created = await tenants.createTenant({ tenantName: 'Made', adminEmail: 'b@example.com' });
  expect(created.tenantId).not.toBe(newId('ten'));
  await using second = await own.startAnother();
  const users = await own.place.database.sql('select 1 from auth.app_user');
  expect(users).toHaveLength(1);
  expect(second.service.url).not.toBe(own.service.url);
});
