import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { systemClock } from '@tollgate/runtime/service';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { createAllKeys } from '../src/api-keys/all-keys.ts';
import { insertKey } from '../src/api-keys/api-key-store.ts';
import type { ApiKey } from '../src/api-keys/domain/api-key.ts';
import { migrations } from '../src/migrations/index.ts';
import { rows } from '../src/rows.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { auth: migrations } });
  database = await openDatabase(
    { url: fresh.urls.auth, poolMax: 2 },
    { rows, migrations },
    testPlatform('auth'),
  );
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

async function addKey(): Promise<{ keyId: string; secretHash: string }> {
  const [keyId, secretHash] = [newId('key'), newId('evt')];
  const key: ApiKey = {
    keyId,
    secretHash,
    tenantId: newId('ten'),
    environment: 'live',
    name: 'sample',
    scopes: [],
    last4: 'abcd',
    createTime: systemClock.now(),
  };
  await database.system(async (rows) => insertKey(rows, key, newId('usr')));
  return { keyId, secretHash };
}

test.each(['looked up', 'loaded'] as const)(
  'a key that is revoked while it is being %s is never taken for good',
  async (how) => {
    const { keyId, secretHash } = await addKey();
    const at = systemClock.now();
    const { directory, refresh } = createAllKeys({
      clock: systemClock,
      database: {
        ...database,
        // What was read is on its way when the news overtakes it.
        async system(work, options) {
          const read = await database.system(work, options);
          directory.revoke(keyId, at);
          return read;
        },
      },
    });
    if (how === 'loaded') await refresh();
    expect(await directory.find(secretHash)).toMatchObject({ keyId, revokeTime: at });
  },
);
