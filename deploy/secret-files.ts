import { type ServiceName, serviceNames } from '@tollgate/api';
import { roleUrl } from '../scripts/migrate.ts';
import { publicKeysOf, type SystemSecrets } from '../scripts/system/secrets.ts';

/** Whose secrets: a service's (the gate uses metering's), or the migrations'. */
export type SecretHolder = ServiceName | 'migrate';

/** Contents by file name: what each holder finds below {@link secretsFolder}. */
export type SecretFiles = Readonly<Record<SecretHolder, Readonly<Record<string, string>>>>;

/** Where every container finds its own secrets, and nobody else's. */
export const secretsFolder = '/run/secrets/tollgate';

/**
 * The secrets of an installation as the files that its containers read by `TOLLGATE_*_FILE`.
 * Addresses that may hold a password are secrets too.
 */
export function secretFiles(
  secrets: SystemSecrets,
  servers: { readonly databaseAdminUrl: string; readonly redisUrl: string },
): SecretFiles {
  const redis = { 'redis-url': servers.redisUrl };
  const encryption = { 'encryption-key': secrets.encryptionKey };
  const operator = {
    'operator-email': secrets.operator.email,
    'operator-password': secrets.operator.password,
  };
  const own = (service: ServiceName) => ({
    'database-url': roleUrl({
      adminUrl: servers.databaseAdminUrl,
      databaseName: 'tollgate',
      service,
      rolePassword: secrets.databasePasswords[service],
    }),
    'service-private-key': JSON.stringify(secrets.serviceKeys[service]),
    'service-public-keys': JSON.stringify(publicKeysOf(secrets)),
  });
  return {
    auth: { ...own('auth'), ...encryption, ...operator },
    tenant: own('tenant'),
    metering: { ...own('metering'), ...redis },
    billing: own('billing'),
    notification: { ...own('notification'), ...encryption },
    migrate: {
      'database-admin-url': servers.databaseAdminUrl,
      ...Object.fromEntries(
        serviceNames.map((name) => [`${name}-database-password`, secrets.databasePasswords[name]]),
      ),
    },
  };
}
