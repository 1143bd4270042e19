import type { ServiceName } from '@tollgate/api';
import { type Migration, tenantTable } from './migration.ts';

/**
 * The first migration of every service: the tables behind idempotency keys, the outbox, the inbox
 * and dead events. Keys lead with the tenant, so that a conflict never tells of another tenant.
 */
export function runtimeMigration(schema: string, service: ServiceName): Migration {
  return {
    name: '0000-runtime',
    up: [
      ...tenantTable(schema, service, idempotency),
      `create index on ${schema}.idempotency (expire_time)`,
      ...tenantTable(schema, service, outbox),
      ...tenantTable(schema, service, entityVersion),
      ...tenantTable(schema, service, inbox),
      `create index on ${schema}.inbox (handle_time)`,
      ...tenantTable(schema, service, deadEvent),
    ],
  };
}

const idempotency = `create table idempotency (
  tenant_id text not null,
  subject text not null,
  method text not null,
  key text not null,
  claim uuid not null,
  input_hash text not null,
  answer bytea,
  create_time timestamptz not null,
  expire_time timestamptz not null,
  primary key (tenant_id, subject, method, key)
)`;

const outbox = `create table outbox (
  sequence bigint generated always as identity primary key,
  tenant_id text not null,
  event_id text not null,
  subject text not null,
  entity_id text not null,
  envelope bytea not null,
  event_time timestamptz not null
)`;

const entityVersion = `create table entity_version (
  tenant_id text not null,
  noun text not null,
  entity_id text not null,
  version bigint not null check (version > 0),
  primary key (tenant_id, noun, entity_id)
)`;

const inbox = `create table inbox (
  tenant_id text not null,
  consumer text not null,
  event_id text not null,
  handle_time timestamptz not null,
  primary key (tenant_id, consumer, event_id)
)`;

const deadEvent = `create table dead_event (
  tenant_id text not null,
  consumer text not null,
  event_id text not null,
  subject text not null,
  message bytea not null,
  state text not null check (state in ('retrying', 'parked')),
  tries integer not null,
  cause text not null,
  first_failure_time timestamptz not null,
  last_failure_time timestamptz not null,
  primary key (tenant_id, consumer, event_id)
)`;
