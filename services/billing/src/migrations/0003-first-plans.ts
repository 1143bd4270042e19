import { PLATFORM_TENANT_ID } from '@tollgate/api';
import type { Migration } from '@tollgate/runtime/migrations';

/**
 * The two plans every installation starts with. Their amounts are USD cents: 29.00 USD a month for
 * `pro`. A constant instant keeps the statements, and so the migration's digest, the same for ever.
 */
export const firstPlans: Migration = {
  name: '0003-first-plans',
  up: [
    `insert into billing.plan (tenant_id, plan_id, current_version, create_time) values
      ('${PLATFORM_TENANT_ID}', 'free', 1, '2026-01-01T00:00:00Z'),
      ('${PLATFORM_TENANT_ID}', 'pro', 1, '2026-01-01T00:00:00Z')`,
    `insert into billing.plan_version
      (tenant_id, plan_id, version, name, currency, monthly_fee_minor, included_requests,
       overage_unit_amount, on_limiter_unavailable, create_time) values
      ('${PLATFORM_TENANT_ID}', 'free', 1, 'Free', 'USD', 0, 0, 0, 'deny',
       '2026-01-01T00:00:00Z'),
      ('${PLATFORM_TENANT_ID}', 'pro', 1, 'Pro', 'USD', 2900, 10000, 0.001, 'allow',
       '2026-01-01T00:00:00Z')`,
    `insert into billing.plan_limit
      (tenant_id, plan_id, version, position, limit_id, kind, requests, time_window, burst) values
      ('${PLATFORM_TENANT_ID}', 'free', 1, 0, 'requests-per-minute', 'rate', 60, 'minute', 60),
      ('${PLATFORM_TENANT_ID}', 'free', 1, 1, 'requests-per-month', 'quota', 1000, 'month', 0),
      ('${PLATFORM_TENANT_ID}', 'pro', 1, 0, 'requests-per-minute', 'rate', 1200, 'minute', 1200)`,
  ],
};
