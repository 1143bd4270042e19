/** What the audit asks for, the same of every contestant. */
export const audit = {
  /** A tenant's month, alone. */
  single: 5_000,
  /** A tenant's month, together with the limit of one of its keys. */
  tenant: 5_000,
  key: 1_000,
  /** Questions for each case; far more than any limit. */
  questions: 10_000,
} as const;

/** Tenants of the audit, after those of the load: their limits are low. */
export const auditTenants = { single: 2_001, double: 2_002 } as const;
