import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Principal, TenantId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { FreshDatabase } from '@tollgate/testkit';
import { type Database, InstantColumn, openDatabase } from '../src/database.ts';
import { type Migration, runtimeMigration, tenantTable } from '../src/migrations.ts';
import type { Call } from '../src/rpc.ts';
import { fixedClock, openLog } from '../src/service.ts';

/** Two tenants that exist in sample data only. */
export const acme: TenantId = 'ten_00000000000000000000000001';
/** The other one. */
export const globex: TenantId = 'ten_00000000000000000000000002';

export const clock = fixedClock('2026-01-31T12:00:00.123456Z');
export const log = openLog({ service: 'billing', level: 'silent' });

/** What a database needs of its process; the key seals stored answers. */
export const platform = {
  log,
  clock,
  identity: { name: 'billing', deriveKey: () => new Uint8Array(32).fill(7) },
} as const;

/** A note of a tenant: a row with every kind of column that needs care. */
export const NoteRow = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: {
    tenantId: p.string().primary(),
    noteId: p.string().primary(),
    text: p.string(),
    amountMinor: p.bigint().$type<bigint>(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** The schema `billing` with the runtime's tables and notes. */
export const migrations: Migration[] = [
  runtimeMigration('billing', 'billing'),
  {
    name: '0001-note',
    up: tenantTable(
      'billing',
      'billing',
      `create table note (
        tenant_id text not null,
        note_id text not null,
        text text not null,
        amount_minor bigint not null,
        create_time timestamptz not null,
        primary key (tenant_id, note_id)
      )`,
    ),
  },
];

/** Opens the sample schema as the service's own role. */
export function openSample(fresh: FreshDatabase, applied = migrations): Promise<Database> {
  return openDatabase(
    { url: fresh.urls.billing, poolMax: 8 },
    { rows: [NoteRow], migrations: applied },
    platform,
  );
}

/** A note with this id and text. */
export function note(tenantId: TenantId, noteId: string, text = 'a note') {
  return { tenantId, noteId, text, amountMinor: 9_007_199_254_740_993n, createTime: clock.now() };
}

/** A call as `serveRpc` would make it. */
export function callOf(overrides: Partial<Call> & { tenantId: TenantId }): Call {
  const principal: Principal = {
    kind: 'user',
    subject: 'usr_00000000000000000000000001',
    tenantId: overrides.tenantId,
    environment: 'live',
    role: 'owner',
    permissions: new Set(),
  };
  return {
    principal,
    requestId: 'request-1',
    environment: 'live',
    inputHash: 'input-1',
    method: AuthService.method.createApiKey,
    signal: new AbortController().signal,
    log,
    answerHeader: new Headers(),
    ...overrides,
  };
}
