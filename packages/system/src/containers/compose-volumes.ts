import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSecrets, type SystemSecrets } from '../secrets.ts';
import { containerSettings, writeEnvoyFiles } from './envoy-files.ts';
import { secretFiles } from './secret-files.ts';

/**
 * The files of every container of `docker-compose.yml`, by volume. Each volume is mounted into the
 * containers of its holder only, which is what keeps its content secret.
 */
export function composeSecretFiles(
  secrets: SystemSecrets,
): Record<string, Readonly<Record<string, string>>> {
  const password = secrets.databaseAdminPassword;
  const databaseAdminUrl = `postgres://postgres:${password}@postgres:5432/postgres`;
  return {
    ...secretFiles(secrets, { databaseAdminUrl, redisUrl: 'redis://redis:6379/0' }),
    postgres: { password },
    demo: { email: secrets.demo.email, password: secrets.demo.password },
  };
}

/**
 * Before anything else starts: makes the secrets at the first start, writes them to the volumes of
 * those who need them, and Envoy's configuration to Envoy's. The same again changes nothing.
 */
export function initializeVolumes(folders: {
  readonly secrets: string;
  readonly envoy: string;
  readonly upstreamsFile: string;
}): void {
  const secrets = openSecrets(join(folders.secrets, 'installation', 'secrets.json'));
  for (const [holder, files] of Object.entries(composeSecretFiles(secrets))) {
    const folder = join(folders.secrets, holder);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      // Readable by all: the volume's containers run as different users.
      writeFileSync(join(folder, name), content, { mode: 0o644 });
    }
  }
  writeEnvoyFiles(folders.envoy, containerSettings('compose', folders.upstreamsFile));
}
