import type { TenantId } from '@tollgate/api';
import { idDigits } from './load-plan.ts';

/** A tenant's id; `digits` are its number. */
export function tenantId(digits: string): TenantId {
  return `ten_01${digits.padStart(24, '0')}`;
}

/** The id of a tenant by its number. */
export function tenantOf(number: number): TenantId {
  return tenantId(String(number).padStart(idDigits.tenant, '0'));
}

/** A key's id; `digits` are its number. */
export function keyId(digits: string): string {
  return `key_${digits}`;
}
