import { expect, test } from '@jest/globals';
import { newId } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import { eventually, openTestPlace, startForTest, type TestPlace } from '@tollgate/testkit';

const clock = fixedClock('2026-03-01T12:00:00Z');
const before = (hours: number) => clock.now().subtract({ hours }).toString();

/** A sign-up begun so many hours ago, which never ended unless it is active. */
async function leaveUser(
  { database }: TestPlace,
  { state, hoursAgo }: { state: 'pending' | 'active'; hoursAgo: number },
): Promise<string> {
  const userId = newId('usr');
  await database.sql(
    `insert into auth.app_user (user_id, email, full_name, password_hash, state, create_time)
     values ($1, $1 || '@example.com', 'Somebody', 'hash', $2, $3)`,
    [userId, state, before(hoursAgo)],
  );
  return userId;
}

/** A session that ended so many hours ago, of a user of its own. */
async function leaveSession(place: TestPlace, hoursAgo: number): Promise<string> {
  const userId = await leaveUser(place, { state: 'active', hoursAgo: 100 });
  const sessionId = newId('ses');
  await place.database.sql(
    `insert into auth.session (session_id, tenant_id, user_id, create_time, expire_time)
     values ($1, $2, $3, $4, $4)`,
    [sessionId, newId('ten'), userId, before(hoursAgo)],
  );
  return sessionId;
}

const signUps = "select user_id as id from auth.app_user where state = 'pending'";
const sessions = 'select session_id as id from auth.session';

async function idsOf({ database }: TestPlace, select: string): Promise<string[]> {
  return (await database.sql<{ id: string }>(select)).map(({ id }) => id);
}

test('sign-ups that did not end within a day, and sessions that ended, are forgotten', async () => {
  await using place = await openTestPlace({ clock });
  await place.database.migrate('auth');
  await leaveUser(place, { state: 'pending', hoursAgo: 25 });
  const young = await leaveUser(place, { state: 'pending', hoursAgo: 23 });
  await leaveSession(place, 1);
  const open = await leaveSession(place, -1);
  await using auth = await startForTest('auth', { beside: { place } });
  await eventually({ withinMs: 10_000 }, async () => {
    expect(await idsOf(auth.place, signUps)).toEqual([young]);
    expect(await idsOf(auth.place, sessions)).toEqual([open]);
  });
});

test.each([
  { table: 'app_user', failing: 'unfinished-sign-ups', other: 'expired-sessions', of: sessions },
  { table: 'session', failing: 'expired-sessions', other: 'unfinished-sign-ups', of: signUps },
])('when $failing are not forgotten, $other still are', async ({ table, failing, other, of }) => {
  await using place = await openTestPlace({ clock });
  await place.database.migrate('auth');
  await leaveUser(place, { state: 'pending', hoursAgo: 25 });
  await leaveSession(place, 1);
  await place.database.sql(
    `create function auth.fail() returns trigger language plpgsql as
     $$ begin raise exception 'planted'; end $$`,
  );
  await place.database.sql(
    `create trigger planted before delete on auth.${table} execute function auth.fail()`,
  );
  await using auth = await startForTest('auth', { beside: { place } });
  await eventually({ withinMs: 10_000 }, async () => {
    expect(await idsOf(auth.place, of)).toEqual([]);
    const shown = await auth.platform.metrics.metrics();
    expect(shown).toContain(`tollgate_timer_failures_total{timer="${failing}"`);
    expect(shown).toContain(`last_success_timestamp_seconds{timer="${other}"`);
    expect(shown).not.toContain(`tollgate_timer_failures_total{timer="${other}"`);
  });
});
