import { type Migration, tenantTable } from '@tollgate/runtime/migrations';

/** Policies, saved counters with their epochs, and the alerts that were raised. */
export const counters: Migration = {
  name: '0001-counters',
  up: [
    ...tenantTable(
      'metering',
      'metering',
      `create table metering.policy (
        tenant_id text not null primary key,
        version bigint not null,
        -- tollgate.billing.v1.Entitlements as JSON
        entitlements jsonb not null
      )`,
    ),
    ...tenantTable(
      'metering',
      'metering',
      `create table metering.tenant_epoch (
        tenant_id text not null primary key,
        -- Rises with each restore; snapshots of an older epoch are refused.
        epoch bigint not null check (epoch > 0)
      )`,
    ),
    ...tenantTable(
      'metering',
      'metering',
      `create table metering.usage_counter (
        tenant_id text not null,
        environment text not null check (environment in ('test', 'live')),
        meter text not null,
        hour timestamptz not null,
        key_id text not null,
        admitted bigint not null check (admitted >= 0),
        given_back bigint not null check (given_back between 0 and admitted),
        primary key (tenant_id, environment, meter, hour, key_id)
      )`,
    ),
    ...tenantTable(
      'metering',
      'metering',
      `create table metering.usage_alert (
        tenant_id text not null,
        environment text not null,
        limit_id text not null,
        period_start timestamptz not null,
        threshold_percent integer not null,
        raised_at timestamptz not null,
        primary key (tenant_id, environment, limit_id, period_start, threshold_percent)
      )`,
    ),
  ],
};
