import { expect, test } from '@jest/globals';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { fixedClock, systemClock } from '@tollgate/runtime/service';
import { eventually, type TestService } from '@tollgate/testkit';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { startAuthForTest } from './start.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const request = { email: 'rotates@example.com', password: 'long enough', tenant: 'rotates' };

test('signing keys rotate: published before they sign, and tokens of both are good', async () => {
  const clock = fixedClock(systemClock.now());
  await using auth = await startAuthForTest({ clock });
  const signedUp = await auth.anonymous.signUp(request);
  const first = decodeProtectedHeader(signedUp.accessToken).kid;
  const keyIds = async (service: TestService) =>
    (await service.client(AuthService).getJsonWebKeySet({})).keys.map(({ kid }) => kid);
  expect(await keyIds(auth.service)).toEqual([first]);

  // Five minutes before the change, so that a token of the first key outlives it.
  clock.advance({ hours: 90 * 24 - 1, minutes: 55 });
  await using later = await auth.startAnother();
  expect(await keyIds(later.service)).toHaveLength(2);
  const client = later.service.client(AuthService);
  const before = await client.login(request);
  expect(decodeProtectedHeader(before.accessToken).kid).toBe(first);

  clock.advance({ minutes: 6 });
  const after = await client.login(request);
  const second = decodeProtectedHeader(after.accessToken).kid;
  expect(second).not.toBe(first);
  // The first process has not heard of the second key: it looks it up.
  for (const token of [before.accessToken, after.accessToken]) {
    expect((await auth.check(bearer(token))).status).toBe(200);
    expect((await later.check(bearer(token))).status).toBe(200);
  }

  clock.advance({ minutes: 10 });
  await using last = await auth.startAnother();
  expect(await keyIds(last.service)).toEqual([second]);
});

test('a stock library verifies an access token by the published keys', async () => {
  await using auth = await startAuthForTest();
  const { accessToken, userId } = await auth.anonymous.signUp(request);
  const { keys } = await auth.anonymous.getJsonWebKeySet({});
  const keySet = createLocalJWKSet({
    keys: keys.map(({ kty, crv, x, kid, alg }) => ({ kty, crv, x, kid, alg })),
  });
  const expected = { issuer: 'tollgate', audience: 'tollgate-api', typ: 'at+jwt' };
  expect((await jwtVerify(accessToken, keySet, expected)).payload.sub).toBe(userId);
});

test('private keys rest encrypted, and two first starts at once make one key', async () => {
  await using auth = await startAuthForTest();
  await auth.place.database.sql('delete from auth.signing_key');
  await using instances = new AsyncDisposableStack();
  const started = await Promise.all([auth.startAnother(), auth.startAnother()]);
  for (const instance of started) instances.use(instance);
  const stored = await auth.place.database.sql<{ private_sealed: Buffer }>(
    'select private_sealed from auth.signing_key',
  );
  expect(stored).toHaveLength(1);
  // Nonce, tag and 32 bytes: no part of a readable key.
  expect(stored[0]?.private_sealed).toHaveLength(12 + 16 + 32);
});

test('what nobody can use any more is removed', async () => {
  await using auth = await startAuthForTest();
  const { userId } = await auth.anonymous.signUp(request);
  await auth.place.database.sql(
    `update auth.session set expire_time = now() - interval '1 second'`,
  );
  await auth.place.database.sql(
    `insert into auth.app_user (user_id, email, full_name, password_hash, state, create_time)
     values ('usr_left', 'left@example.com', '', 'x', 'pending', now() - interval '25 hours'),
            ('usr_tries', 'tries@example.com', '', 'x', 'pending', now() - interval '23 hours')`,
  );
  await using again = await auth.startAnother();
  expect(again.service.url).not.toBe(auth.service.url);
  await eventually({ withinMs: 3_000 }, async () => {
    const users = await auth.place.database.sql('select user_id from auth.app_user order by email');
    expect(users).toEqual([{ user_id: userId }, { user_id: 'usr_tries' }]);
    expect(await auth.place.database.sql('select 1 from auth.refresh_token')).toEqual([]);
  });
});
