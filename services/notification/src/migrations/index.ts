import { type Migration, runtimeMigration, tenantTable } from '@tollgate/runtime/migrations';

/** The schema's history. */
export const migrations: readonly Migration[] = [
  runtimeMigration('notification', 'notification'),
  { name: '0001-webhooks', up: webhooks() },
];

function webhooks(): string[] {
  return [
    ...tenantTable(
      'notification',
      'notification',
      `create table webhook_endpoint (
        tenant_id text not null,
        endpoint_id text primary key,
        url text not null,
        event_types text[] not null,
        secret_sealed bytea not null,
        status text not null check (status in ('active', 'disabled')),
        disabled_reason text not null,
        create_time timestamptz not null
      )`,
    ),
    `create index on notification.webhook_endpoint (tenant_id, endpoint_id)`,
    ...tenantTable(
      'notification',
      'notification',
      `create table webhook_delivery (
        tenant_id text not null,
        delivery_id text primary key,
        endpoint_id text not null
          references notification.webhook_endpoint (endpoint_id) on delete cascade,
        event_id text not null,
        event_type text not null,
        body text not null,
        status text not null check (status in ('pending', 'delivered', 'dead')),
        attempt_count integer not null,
        next_attempt_time timestamptz,
        lease_time timestamptz,
        create_time timestamptz not null,
        unique (tenant_id, endpoint_id, event_id),
        check ((status = 'pending') = (next_attempt_time is not null))
      )`,
    ),
    `create index on notification.webhook_delivery (tenant_id, delivery_id)`,
    `create index on notification.webhook_delivery (next_attempt_time) where status = 'pending'`,
    ...tenantTable(
      'notification',
      'notification',
      `create table webhook_attempt (
        tenant_id text not null,
        delivery_id text not null
          references notification.webhook_delivery (delivery_id) on delete cascade,
        attempt_number integer not null,
        attempt_time timestamptz not null,
        status_code integer not null,
        duration_ms integer not null,
        error text not null,
        primary key (delivery_id, attempt_number)
      )`,
      { access: 'append' },
    ),
  ];
}
