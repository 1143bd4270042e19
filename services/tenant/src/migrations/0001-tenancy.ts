import { type Migration, tenantTable } from '@tollgate/runtime/migrations';

/** Tenants, members and invitations. */
export const tenancy: Migration = {
  name: '0001-tenancy',
  up: [
    ...tenantTable(
      'tenant',
      'tenant',
      `create table tenant.tenant (
        tenant_id text not null primary key,
        slug text not null unique,
        tenant_name text not null,
        status text not null check (status in ('active')),
        platform boolean not null,
        -- The user for whose sign-up the tenant was made: a repeated sign-up finds it again.
        provisioned_for_user text unique,
        create_time timestamptz not null
      )`,
    ),
    'create unique index tenant_platform on tenant.tenant (platform) where platform',
    ...tenantTable(
      'tenant',
      'tenant',
      `create table tenant.member (
        tenant_id text not null references tenant.tenant,
        user_id text not null,
        email text not null check (email = lower(email)),
        role text not null,
        create_time timestamptz not null,
        primary key (tenant_id, user_id)
      )`,
    ),
    'create index member_user on tenant.member (user_id, create_time)',
    ...tenantTable(
      'tenant',
      'tenant',
      `create table tenant.invitation (
        invitation_id text primary key,
        tenant_id text not null references tenant.tenant,
        email text not null check (email = lower(email)),
        role text not null,
        token_hash text not null unique,
        create_time timestamptz not null,
        expire_time timestamptz not null,
        accept_time timestamptz,
        accepted_by text,
        check ((accept_time is null) = (accepted_by is null))
      )`,
    ),
  ],
};
