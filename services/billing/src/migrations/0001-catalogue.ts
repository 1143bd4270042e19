import { type Migration, tenantTable } from '@tollgate/runtime/migrations';

/**
 * Plans and their versions, in rows of the seller (the platform). A version is never changed or
 * deleted (append only), so that the price a subscription points at cannot move.
 */
export const catalogue: Migration = {
  name: '0001-catalogue',
  up: [
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.plan (
        tenant_id text not null,
        plan_id text not null check (plan_id ~ '^[a-z][a-z0-9-]{0,62}$'),
        current_version integer not null check (current_version >= 1),
        create_time timestamptz not null,
        primary key (tenant_id, plan_id)
      )`,
    ),
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.plan_version (
        tenant_id text not null,
        plan_id text not null,
        version integer not null check (version >= 1),
        name text not null,
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        monthly_fee_minor bigint not null check (monthly_fee_minor >= 0),
        included_requests bigint not null check (included_requests >= 0),
        overage_unit_amount numeric not null
          check (overage_unit_amount >= 0 and scale(overage_unit_amount) <= 12),
        on_limiter_unavailable text not null
          check (on_limiter_unavailable in ('deny', 'allow')),
        create_time timestamptz not null,
        primary key (tenant_id, plan_id, version),
        foreign key (tenant_id, plan_id)
          references billing.plan (tenant_id, plan_id)
          deferrable initially deferred
      )`,
      { access: 'append' },
    ),
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.plan_limit (
        tenant_id text not null,
        plan_id text not null,
        version integer not null,
        position integer not null check (position >= 0),
        limit_id text not null,
        kind text not null check (kind in ('rate', 'quota')),
        requests bigint not null check (requests >= 1),
        time_window text not null check (time_window in ('second', 'minute', 'hour', 'month')),
        burst bigint not null check (burst >= 0),
        primary key (tenant_id, plan_id, version, limit_id),
        unique (tenant_id, plan_id, version, position),
        check ((kind = 'quota') = (time_window = 'month')),
        check ((kind = 'quota') = (burst = 0)),
        foreign key (tenant_id, plan_id, version)
          references billing.plan_version (tenant_id, plan_id, version)
          deferrable initially deferred
      )`,
      { access: 'append' },
    ),
  ],
};
