import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '@tollgate/api';
import { roleUrl } from '@tollgate/runtime/config';
import { openSecrets, publicKeysOf, writePrivateJson } from '@tollgate/system';

/** Where the data servers of a running `npm start` are. */
export interface RunningServers {
  readonly databaseAdminUrl: string;
  readonly natsUrl: string;
}

const fileOf = (home: string) => join(home, 'run', 'servers.json');

/** Tells commands that run beside `npm start` where its servers are, until it is disposed. */
export function tellRunningServers(home: string, servers: RunningServers): Disposable {
  writePrivateJson(fileOf(home), servers);
  return { [Symbol.dispose]: () => rmSync(fileOf(home), { force: true }) };
}

/**
 * What `npm start` on this state folder tells a service of its database and bus, as settings.
 * Throws when it does not run here; after one that was killed the servers do not answer.
 */
export function runningSettings(home: string, service: ServiceName): Record<string, string> {
  const file = fileOf(home);
  if (!existsSync(file)) throw new Error(`Tollgate does not run on ${home}: npm start.`);
  const { databaseAdminUrl: adminUrl, natsUrl }: RunningServers = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const secrets = openSecrets(join(home, 'secrets.json'));
  const rolePassword = secrets.databasePasswords[service];
  return {
    TOLLGATE_DATABASE_URL: roleUrl({ adminUrl, databaseName: 'tollgate', service, rolePassword }),
    TOLLGATE_NATS_URL: natsUrl,
    TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(secrets.serviceKeys[service]),
    TOLLGATE_SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeysOf(secrets)),
  };
}
