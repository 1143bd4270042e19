import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, newId, openDatabase, type Rows } from '@tollgate/runtime/database';
import { systemClock } from '@tollgate/runtime/service';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { disabled, type WebhookEndpoint } from '../src/endpoints/domain/endpoint.ts';
import { deleteEndpoint, updateEndpoint } from '../src/endpoints/endpoint-store.ts';
import { migrations } from '../src/migrations/index.ts';
import { rows as rowTypes } from '../src/rows.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { notification: migrations } });
  database = await openDatabase(
    { url: fresh.urls.notification, poolMax: 2 },
    { rows: rowTypes, migrations },
    testPlatform('notification'),
  );
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

const endpoint: WebhookEndpoint = {
  endpointId: newId('whe'),
  tenantId: newId('ten'),
  url: 'https://hooks.example.com/',
  eventTypes: [],
  status: 'active',
  disabledReason: '',
  createTime: systemClock.now(),
};

test.each<[string, (rows: Rows) => Promise<void>]>([
  ['a disabled endpoint', (rows) => updateEndpoint(rows, disabled(endpoint, 'gone'))],
  ['a removed endpoint', (rows) => deleteEndpoint(rows, endpoint)],
])('%s that is not there is a fault, never nothing', async (_, change) => {
  await expect(database.system(change)).rejects.toThrow('is not there to be written');
});
