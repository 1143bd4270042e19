import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, newId, openDatabase, type Rows } from '@tollgate/runtime/database';
import { systemClock } from '@tollgate/runtime/service';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { newInvitation } from '../src/invitations/domain/invitation.ts';
import { updateInvitation } from '../src/invitations/invitation-store.ts';
import { deleteMember, updateMember } from '../src/members/member-store.ts';
import { migrations } from '../src/migrations/index.ts';
import { rows as rowTypes } from '../src/rows.ts';
import { newTenant } from '../src/tenants/domain/tenant.ts';
import { updateTenant } from '../src/tenants/tenant-store.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { tenant: migrations } });
  database = await openDatabase(
    { url: fresh.urls.tenant, poolMax: 2 },
    { rows: rowTypes, migrations },
    testPlatform('tenant'),
  );
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

const createTime = systemClock.now();
const tenantId = newId('ten');
const email = 'somebody@example.com';
const tenant = newTenant({ tenantId, slug: 'sample', tenantName: 'Sample', createTime });
const member = { tenantId, userId: newId('usr'), email, role: 'viewer', createTime } as const;
const invitationId = newId('ivt');
const invitation = newInvitation({ invitationId, tenantId, email, role: 'viewer', createTime });

test.each<[string, (rows: Rows) => Promise<void>]>([
  ['a tenant with another name', (rows) => updateTenant(rows, tenant)],
  ['a member with another role', (rows) => updateMember(rows, member)],
  ['a removed member', (rows) => deleteMember(rows, member)],
  ['a used invitation', (rows) => updateInvitation(rows, invitation)],
])('%s that is not there is a fault, never nothing', async (_, change) => {
  await expect(database.system(change)).rejects.toThrow('is not there to be written');
});
