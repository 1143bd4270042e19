import type { SettingDescription } from '@tollgate/runtime/config';

const setting = (
  name: string,
  fallback: string | undefined,
  description: string,
): SettingDescription => ({ name, kind: 'text', default: fallback, description, secret: false });

/** What `npm start` and `npm test` read from the environment; the README's table is made of it. */
export const launcherSettings: readonly SettingDescription[] = [
  setting('TOLLGATE_HOME', '.tollgate', 'The state folder; for root `/var/lib/tollgate`.'),
  setting('TOLLGATE_PORT', '8080', "Envoy's port; every other port is free or derived."),
  setting('TOLLGATE_UPSTREAMS', 'upstreams.json', 'Your protected APIs, in the state folder.'),
  setting(
    'TOLLGATE_DATABASE_ADMIN_URL',
    'own Postgres',
    'A Postgres to use, as a role that may create roles and databases.',
  ),
  setting(
    'TOLLGATE_WEBHOOK_ALLOW_PRIVATE_TARGETS',
    'true',
    'Whether webhooks may go to this machine and its network; `false` in every other deployment.',
  ),
  setting('TOLLGATE_REDIS_URL', 'own Redis', 'A Redis or Valkey to use.'),
  setting('TOLLGATE_NATS_URL', 'own NATS', 'A NATS with JetStream to use.'),
];
