import type { Question } from '../load/load-plan.ts';
import { audit } from './audit-limits.ts';
import type { Contestant } from './contestant.ts';
import type { LimitCount } from './load-case.ts';

/** Higher than any run reaches: what is measured is deciding, not refusing. */
export const neverReached = 1_000_000_000;

/** A load's key has this limit; as a rate a minute. */
export const gateKeyLimit = `${neverReached}/60`;

/** The question about a call with so many limits. */
export function loadQuestion(kind: Contestant['kind'], limits: LimitCount): Question {
  if (kind === 'gate') return { kind, keyLimit: limits === '1' ? 'none' : gateKeyLimit };
  return {
    kind,
    descriptors: [
      ...(limits === '1' ? [] : [{ name: 'key', of: 'key' } as const]),
      ...(limits === '3' ? [{ name: 'tenant_rate', of: 'tenant' } as const] : []),
      { name: 'tenant', of: 'tenant' },
    ],
  };
}

/** The questions of the audit: a tenant's month, alone and beside the limit of a key. */
export function auditQuestion(
  kind: Contestant['kind'],
  of: 'single' | 'double' | 'left',
): Question {
  if (kind === 'gate') {
    // A day's limit, so that next to nothing is refilled while it is asked for.
    return { kind, keyLimit: of === 'double' ? `${audit.key}/86400` : 'none' };
  }
  const tenant = { name: of === 'single' ? 'audit_single' : 'audit_tenant', of: 'tenant' } as const;
  const key = { name: 'audit_key', of: 'key' } as const;
  return { kind, descriptors: of === 'double' ? [key, tenant] : [tenant] };
}
