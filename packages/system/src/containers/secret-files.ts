import { perService, type ServiceName, serviceNames } from '@tollgate/api';
import { roleUrl } from '@tollgate/runtime/config';
import { keyPepperOf, publicKeysOf, type SystemSecrets } from '../secrets.ts';

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
  const encryption = { 'encryption-key': secrets.encryptionKey };
  const further: Partial<Record<ServiceName, Record<string, string>>> = {
    auth: {
      ...encryption,
      'operator-email': secrets.operator.email,
      'operator-password': secrets.operator.password,
    },
    metering: { 'redis-url': servers.redisUrl, 'key-pepper': keyPepperOf(secrets) },
    notification: encryption,
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
    ...further[service],
  });
  return {
    ...perService(own),
    migrate: {
      'database-admin-url': servers.databaseAdminUrl,
      ...Object.fromEntries(
        serviceNames.map((name) => [`${name}-database-password`, secrets.databasePasswords[name]]),
      ),
    },
  };
}
