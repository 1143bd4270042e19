import { idDigits } from './load/load-plan.ts';

/** A tenant's id; `digits` are its number. */
export function tenantId(digits: string): string {
  return `ten_01${digits.padStart(24, '0')}`;
}

/** The id of a tenant by its number. */
export function tenantOf(number: number): string {
  return tenantId(String(number).padStart(idDigits.tenant, '0'));
}

/** A key's id; `digits` are its number. */
export function keyId(digits: string): string {
  return `key_${digits}`;
}

/** Tenants and keys that a load goes round; the numbers after them are the audit's. */
export const population = { tenants: { first: 1, count: 1_000 }, keysPerTenant: 10 } as const;

/** Higher than any run reaches: what is measured is deciding, not refusing. */
export const neverReached = 1_000_000_000;
