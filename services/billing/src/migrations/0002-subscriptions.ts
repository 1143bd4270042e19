import { type Migration, tenantTable } from '@tollgate/runtime/migrations';

/**
 * What tenants bought, in rows of the tenant. Foreign keys pin the bought plan version; periods
 * and the history of changes are append only.
 */
export const subscriptions: Migration = {
  name: '0002-subscriptions',
  up: [
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.subscription (
        tenant_id text not null,
        subscription_id text not null,
        seller_id text not null,
        plan_id text not null,
        plan_version integer not null,
        status text not null check (status in ('active')),
        version bigint not null check (version >= 1),
        create_time timestamptz not null,
        primary key (tenant_id, subscription_id),
        foreign key (seller_id, plan_id, plan_version)
          references billing.plan_version (tenant_id, plan_id, version)
      )`,
    ),
    `create unique index subscription_one_active
       on billing.subscription (tenant_id) where status = 'active'`,
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.period (
        tenant_id text not null,
        subscription_id text not null,
        number integer not null check (number >= 1),
        period_start timestamptz not null,
        period_end timestamptz not null,
        primary key (tenant_id, subscription_id, number),
        unique (tenant_id, subscription_id, period_start),
        check (period_start < period_end),
        foreign key (tenant_id, subscription_id)
          references billing.subscription (tenant_id, subscription_id)
          deferrable initially deferred
      )`,
      { access: 'append' },
    ),
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.subscription_change (
        tenant_id text not null,
        subscription_id text not null,
        version bigint not null check (version >= 1),
        previous_plan_id text,
        previous_plan_version integer,
        plan_id text not null,
        plan_version integer not null,
        changed_by text not null,
        request_id text not null,
        change_time timestamptz not null,
        primary key (tenant_id, subscription_id, version),
        check ((previous_plan_id is null) = (version = 1)),
        check ((previous_plan_id is null) = (previous_plan_version is null)),
        foreign key (tenant_id, subscription_id)
          references billing.subscription (tenant_id, subscription_id)
          deferrable initially deferred
      )`,
      { access: 'append' },
    ),
    ...tenantTable(
      'billing',
      'billing',
      `create table billing.entitlement (
        tenant_id text not null primary key,
        seller_id text not null,
        plan_id text not null,
        plan_version integer not null,
        version bigint not null check (version >= 1),
        foreign key (seller_id, plan_id, plan_version)
          references billing.plan_version (tenant_id, plan_id, version)
      )`,
    ),
  ],
};
