import { expect, test } from '@jest/globals';
import { isId, PLATFORM_TENANT_ID, type Principal, type TenantId } from '@tollgate/api';
import { newId } from '../ids/new-id.ts';
import type { Call } from './call.ts';
import { tenantOf } from './tenant-of.ts';

const own = newId('ten');
const other = newId('ten');

function callOf(
  principal: Partial<Principal>,
  tenantId: TenantId,
): Pick<Call, 'principal' | 'tenantId'> {
  const whole: Principal = {
    kind: 'user',
    subject: 'usr_1',
    tenantId,
    environment: 'live',
    permissions: new Set(),
    ...principal,
  };
  return { principal: whole, tenantId };
}

test('a tenant may name itself or nobody, and another tenant does not exist for it', () => {
  const call = callOf({ role: 'owner' }, own);
  expect(tenantOf(call, '')).toBe(own);
  expect(tenantOf(call, own)).toBe(own);
  expect(() => tenantOf(call, other)).toThrow('no such tenant');
  expect(() => tenantOf(call, 'ten_x')).toThrow('no such tenant');
});

test('operators and services may name any tenant', () => {
  expect(tenantOf(callOf({ role: 'platform_admin' }, PLATFORM_TENANT_ID), other)).toBe(other);
  expect(tenantOf(callOf({ kind: 'service' }, PLATFORM_TENANT_ID), other)).toBe(other);
});

test('ids name their kind, sort by time and are checked strictly', () => {
  expect(isId('ten', own)).toBe(true);
  expect(isId('ten', PLATFORM_TENANT_ID)).toBe(true);
  for (const text of [own.toUpperCase(), `${own}0`, own.slice(0, -1), newId('key'), '', 7]) {
    expect(isId('ten', text)).toBe(false);
  }
});
