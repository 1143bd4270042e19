import { type Migration, systemTable, tenantTable } from '@tollgate/runtime/migrations';

/** Users, sessions, API keys and the keys that sign access tokens. */
export const identity: Migration = {
  name: '0001-identity',
  up: [
    ...systemTable(
      'auth',
      'auth',
      `create table auth.app_user (
        user_id text primary key,
        email text not null unique check (email = lower(email)),
        full_name text not null,
        password_hash text not null,
        state text not null check (state in ('pending', 'active')),
        create_time timestamptz not null
      )`,
    ),
    `create index app_user_pending on auth.app_user (create_time) where state = 'pending'`,
    ...systemTable(
      'auth',
      'auth',
      `create table auth.signing_key (
        kid text primary key,
        public_x text not null,
        private_sealed bytea not null,
        sign_from timestamptz not null,
        sign_until timestamptz not null,
        check (sign_from < sign_until)
      )`,
    ),
    ...tenantTable(
      'auth',
      'auth',
      `create table auth.session (
        session_id text primary key,
        tenant_id text not null,
        user_id text not null references auth.app_user,
        create_time timestamptz not null,
        expire_time timestamptz not null,
        revoke_time timestamptz
      )`,
    ),
    'create index session_user_id on auth.session (user_id, tenant_id)',
    'create index session_expire on auth.session (expire_time)',
    'create index session_revoke on auth.session (revoke_time) where revoke_time is not null',
    ...tenantTable(
      'auth',
      'auth',
      `create table auth.refresh_token (
        token_hash text primary key,
        tenant_id text not null,
        session_id text not null references auth.session on delete cascade,
        expire_time timestamptz not null,
        use_time timestamptz
      )`,
    ),
    'create index refresh_token_session on auth.refresh_token (session_id)',
    ...tenantTable(
      'auth',
      'auth',
      `create table auth.api_key (
        key_id text primary key,
        tenant_id text not null,
        environment text not null check (environment in ('test', 'live')),
        name text not null,
        scopes text[] not null,
        secret_hash text not null unique,
        last4 text not null,
        created_by text not null,
        create_time timestamptz not null,
        change_time timestamptz not null,
        expire_time timestamptz,
        revoke_time timestamptz,
        limit_requests integer check (limit_requests between 1 and 1000000),
        limit_seconds integer check (limit_seconds between 1 and 86400),
        check ((limit_requests is null) = (limit_seconds is null))
      )`,
    ),
    'create index api_key_tenant on auth.api_key (tenant_id, key_id)',
    'create index api_key_change on auth.api_key (change_time)',
  ],
};
