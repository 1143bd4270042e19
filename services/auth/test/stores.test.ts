import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, newId, openDatabase, type Rows } from '@tollgate/runtime/database';
import { systemClock } from '@tollgate/runtime/service';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { updateKey } from '../src/api-keys/api-key-store.ts';
import type { ApiKey } from '../src/api-keys/domain/api-key.ts';
import { migrations } from '../src/migrations/index.ts';
import { rows as rowTypes } from '../src/rows.ts';
import type { RefreshToken, Session } from '../src/sessions/domain/session.ts';
import { updateRefreshToken, updateSession } from '../src/sessions/session-store.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { auth: migrations } });
  database = await openDatabase(
    { url: fresh.urls.auth, poolMax: 2 },
    { rows: rowTypes, migrations },
    testPlatform('auth'),
  );
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

const at = systemClock.now();
const tenantId = newId('ten');
const key: ApiKey = {
  keyId: newId('key'),
  tenantId,
  environment: 'live',
  name: 'sample',
  scopes: [],
  secretHash: 'hash',
  last4: 'abcd',
  createTime: at,
  revokeTime: at,
};
const sessionId = newId('ses');
const userId = newId('usr');
const session: Session = { sessionId, tenantId, userId, createTime: at, expireTime: at };
const token: RefreshToken = { tokenHash: 'hash', tenantId, sessionId, expireTime: at, useTime: at };

test.each<[string, (rows: Rows) => Promise<void>]>([
  ['a revoked key', (rows) => updateKey(rows, key, at)],
  ['an ended session', (rows) => updateSession(rows, session)],
  ['a used refresh token', (rows) => updateRefreshToken(rows, token)],
])('%s that is not there is a fault, never nothing', async (_, change) => {
  await expect(database.system(change)).rejects.toThrow('is not there to be written');
});
