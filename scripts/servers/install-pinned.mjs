import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGo } from './install-go.mjs';
import { withLock } from './lock-file.mjs';
import { withProgress } from './progress.mjs';
import { openPip } from './python.mjs';
import { prepareStateFolder } from './state-folder.mjs';

/** The folder with the lock files of the servers and of the Go toolchain. */
export const lockFolder = dirname(fileURLToPath(import.meta.url));

/**
 * @typedef {{ lockFolder: string, pip: (args: string[]) => Promise<string>,
 *   go: (args: string[], options: { cwd: string, bin: string }) => Promise<string> }} Installers
 * @typedef {{ name: string, title: string, by: string, pins: string[],
 *   install: (folder: string, installers: Installers) => Promise<unknown> }} PinnedProgram
 */

/**
 * Installs the programs that `missing` answers into the state folder, side by side, each aside and
 * renamed when complete. Under a lock, so that two starts at once install once: `missing` is asked
 * again when the lock is held. Throws one error with every cause, closed by what `advice` says.
 * @param {() => PinnedProgram[]} missing
 * @param {{ home: string, log: (line: string) => void, what: string,
 *   advice: (failed: PinnedProgram[]) => string }} options
 */
export async function installPinned(missing, { home, log, what, advice }) {
  prepareStateFolder(home);
  const waiting = (owner) => log(`Process ${owner.pid} is installing ${what}; waiting for it`);
  await withLock(
    join(home, 'programs', 'lock'),
    async () => {
      const programs = missing(); // after the other start's work
      if (programs.length > 0) await installAll(programs, { home, log, advice });
    },
    waiting,
  );
}

/** Where this pin of a program lies: other pins give another folder, so a change installs anew. */
export function pinnedFolder(home, { name, pins }) {
  return join(home, 'programs', folderName(name, pins));
}

async function installAll(programs, { home, log, advice }) {
  const root = join(home, 'programs');
  const umask = process.umask(0o022); // the servers' user must be able to read what we install
  const buildFolder = mkdtempSync(join(root, '.build-'));
  try {
    removeHalfDone(root, buildFolder);
    const installers = openInstallers(buildFolder);
    const outcomes = await Promise.allSettled(
      programs.map((program) => installOne(program, { root, installers, log })),
    );
    const failed = programs.filter((_, index) => outcomes[index].status === 'rejected');
    if (failed.length === 0) return;
    const causes = outcomes.flatMap(({ reason }) => (reason ? [reason.message] : []));
    throw new Error(`${[...new Set(causes)].join('\n')}\n${advice(failed)}`);
  } finally {
    process.umask(umask);
    rmSync(buildFolder, { recursive: true, force: true });
  }
}

/** Each opened on first use and once: unpacking pip takes seconds, a Go toolchain more. */
function openInstallers(folder) {
  let pip;
  let go;
  const lazyPip = async (args) => (await (pip ??= openPip(join(folder, 'pip'))))(args);
  const openedGo = () => (go ??= openGo(join(folder, 'go'), { lockFolder, pip: lazyPip }));
  return {
    lockFolder,
    pip: lazyPip,
    go: async (args, options) => (await openedGo())(args, options),
  };
}

/** Installs aside and renames into place when complete, so a half-done install is never used. */
async function installOne({ name, title, by, pins, install }, { root, installers, log }) {
  const aside = mkdtempSync(join(root, `.partial-${name}-`));
  try {
    await withProgress(`Installing ${title} (${by})`, log, () => install(aside, installers));
    const pinned = folderName(name, pins);
    rmSync(join(root, pinned), { recursive: true, force: true });
    renameSync(aside, join(root, pinned));
    chmodSync(join(root, pinned), 0o755); // mkdtemp made it 0700
    removeOlder(name, { root, pinned });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function folderName(name, pins) {
  const hash = createHash('sha256');
  for (const file of pins) hash.update(readFileSync(file));
  return `${name}-${hash.digest('hex').slice(0, 12)}`;
}

function removeHalfDone(root, except) {
  for (const entry of readdirSync(root)) {
    const folder = join(root, entry);
    if (!/^\.(partial|build|pip)-/.test(entry) || folder === except) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeOlder(name, { root, pinned }) {
  for (const entry of readdirSync(root)) {
    if (!entry.startsWith(`${name}-`) || entry === pinned) continue;
    rmSync(join(root, entry), { recursive: true, force: true });
  }
}
