import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { systemClock } from '@tollgate/runtime/service';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { createKeyDirectory } from '../src/api-keys/key-directory.ts';
import { ApiKeyRow } from '../src/api-keys/api-key-row.ts';
import { migrations } from '../src/migrations/index.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { auth: migrations } });
  database = await openDatabase(
    { url: fresh.urls.auth, poolMax: 2 },
    { rows: [ApiKeyRow], migrations },
    testPlatform('auth'),
  );
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

async function insertKey(): Promise<{ keyId: string; secretHash: string }> {
  const [keyId, secretHash] = [newId('key'), newId('evt')];
  const at = systemClock.now();
  await database.system(async (rows) => {
    rows.insert(ApiKeyRow, {
      keyId,
      secretHash,
      tenantId: newId('ten') satisfies TenantId,
      environment: 'live',
      name: 'sample',
      scopes: [],
      last4: 'abcd',
      createdBy: newId('usr'),
      createTime: at,
      changeTime: at,
    });
  });
  return { keyId, secretHash };
}

test.each(['looked up', 'loaded'] as const)(
  'a key that is revoked while it is being %s is never taken for good',
  async (how) => {
    const { keyId, secretHash } = await insertKey();
    const at = systemClock.now();
    const directory = createKeyDirectory({
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
    if (how === 'loaded') await directory.refresh();
    expect(await directory.find(secretHash)).toMatchObject({ keyId, revokeTime: at });
  },
);
