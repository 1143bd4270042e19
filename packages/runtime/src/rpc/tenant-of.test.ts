import { expect, test } from '@jest/globals';
import { isId, PLATFORM_TENANT_ID, type TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';
import { newId } from '../ids/new-id.ts';
import type { Call } from './call.ts';
import { tenantOf } from './tenant-of.ts';

const own = newId('ten');
const other = newId('ten');

const common = {
  subject: 'somebody',
  environment: 'live',
  permissions: new Set<string>(),
} as const;

function userOf(role: Role, tenantId: TenantId): Pick<Call, 'principal' | 'tenantId'> {
  return { principal: { ...common, kind: 'user', tenantId, role }, tenantId };
}

function keyOf(tenantId: TenantId): Pick<Call, 'principal' | 'tenantId'> {
  return { principal: { ...common, kind: 'api_key', tenantId, keyId: 'key_1' }, tenantId };
}

test('a tenant may name itself or nobody, and another tenant does not exist for it', () => {
  for (const call of [userOf('owner', own), keyOf(own)]) {
    expect(tenantOf(call, '')).toBe(own);
    expect(tenantOf(call, own)).toBe(own);
    expect(() => tenantOf(call, other)).toThrow('no such tenant');
    expect(() => tenantOf(call, 'ten_x')).toThrow('no such tenant');
  }
});

test('operators and services may name any tenant', () => {
  expect(tenantOf(userOf('platform_admin', PLATFORM_TENANT_ID), other)).toBe(other);
  const service = { principal: { ...common, kind: 'service' }, tenantId: own } as const;
  expect(tenantOf(service, other)).toBe(other);
});

test('ids name their kind, sort by time and are checked strictly', () => {
  expect(isId('ten', own)).toBe(true);
  expect(isId('ten', PLATFORM_TENANT_ID)).toBe(true);
  for (const text of [own.toUpperCase(), `${own}0`, own.slice(0, -1), newId('key'), '', 7]) {
    expect(isId('ten', text)).toBe(false);
  }
});
