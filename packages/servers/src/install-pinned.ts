import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../bootstrap/lock-file.mjs';
import { withProgress } from '../bootstrap/progress.mjs';
import { prepareStateFolder } from '../bootstrap/state-folder.mjs';
import { openGo } from './install-go.ts';
import type { Installers, LogLine, PinnedProgram, RunGo, RunPip } from './installers.ts';
import { openPip } from './python.ts';

/** The folder with the lock files of the servers and of the Go toolchain. */
export const lockFolder: string = join(import.meta.dirname, '../pins');

interface PinnedOptions<Spec> {
  /** The state folder. */
  readonly home: string;
  readonly log: LogLine;
  /** Closes the error: what to do about those that could not be installed. */
  readonly advice: (failed: readonly Spec[]) => string;
}

/**
 * Installs the programs that `missing` answers into the state folder, side by side, each aside and
 * renamed when complete. Under a lock, so that two starts at once install once: `missing` is asked
 * again when the lock is held. Throws one error with every cause, closed by what `advice` says.
 */
export async function installPinned<Spec extends PinnedProgram>(
  missing: () => Spec[],
  { home, log, what, advice }: PinnedOptions<Spec> & { readonly what: string },
): Promise<void> {
  prepareStateFolder(home);
  const waiting = (owner: { pid: number }) =>
    log(`Process ${owner.pid} is installing ${what}; waiting for it`);
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
export function pinnedFolder(
  home: string,
  { name, pins }: Pick<PinnedProgram, 'name' | 'pins'>,
): string {
  return join(home, 'programs', folderName(name, pins));
}

async function installAll<Spec extends PinnedProgram>(
  programs: readonly Spec[],
  { home, log, advice }: PinnedOptions<Spec>,
): Promise<void> {
  const root = join(home, 'programs');
  const umask = process.umask(0o022); // the servers' user must be able to read what we install
  const buildFolder = mkdtempSync(join(root, '.build-'));
  try {
    removeHalfDone(root, buildFolder);
    const installers = openInstallers(buildFolder);
    const left = new Map(programs.map((program) => [program.name, program.title]));
    const install = async (program: Spec) => {
      await installOne(program, root, installers);
      left.delete(program.name);
    };
    const what = programs.map(({ title, by }) => `${title} (${by})`).join(', ');
    await withProgress(
      `Installing ${what}`,
      log,
      () => installTogether(programs, install, advice),
      () => `left: ${[...left.values()].join(', ')}`,
    );
  } finally {
    process.umask(umask);
    rmSync(buildFolder, { recursive: true, force: true });
  }
}

async function installTogether<Spec extends PinnedProgram>(
  programs: readonly Spec[],
  install: (program: Spec) => Promise<void>,
  advice: PinnedOptions<Spec>['advice'],
): Promise<void> {
  const outcomes = await Promise.allSettled(programs.map(install));
  const failed = programs.filter((_, index) => outcomes[index]?.status === 'rejected');
  if (failed.length === 0) return;
  const causes = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [String(outcome.reason.message)] : [],
  );
  throw new Error(`${[...new Set(causes)].join('\n')}\n${advice(failed)}`);
}

/** Each opened on first use and once: unpacking pip takes seconds, a Go toolchain more. */
function openInstallers(folder: string): Installers {
  let pip: Promise<RunPip> | undefined;
  let go: Promise<RunGo> | undefined;
  const lazyPip: RunPip = async (args) => (await (pip ??= openPip(join(folder, 'pip'))))(args);
  const openedGo = () => (go ??= openGo(join(folder, 'go'), { lockFolder, pip: lazyPip }));
  return {
    lockFolder,
    pip: lazyPip,
    go: async (args, options) => (await openedGo())(args, options),
  };
}

/** Installs aside and renames into place when complete, so a half-done install is never used. */
async function installOne(
  program: PinnedProgram,
  root: string,
  installers: Installers,
): Promise<void> {
  const { name, pins } = program;
  const aside = mkdtempSync(join(root, `.partial-${name}-`));
  try {
    await program.install(aside, installers);
    const pinned = folderName(name, pins);
    rmSync(join(root, pinned), { recursive: true, force: true });
    renameSync(aside, join(root, pinned));
    chmodSync(join(root, pinned), 0o755); // mkdtemp made it 0700
    removeOlder(name, { root, pinned });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function folderName(name: string, pins: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of pins) hash.update(readFileSync(file));
  return `${name}-${hash.digest('hex').slice(0, 12)}`;
}

function removeHalfDone(root: string, except: string): void {
  for (const entry of readdirSync(root)) {
    const folder = join(root, entry);
    if (!/^\.(partial|build|pip)-/.test(entry) || folder === except) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeOlder(name: string, { root, pinned }: { root: string; pinned: string }): void {
  for (const entry of readdirSync(root)) {
    if (!entry.startsWith(`${name}-`) || entry === pinned) continue;
    rmSync(join(root, entry), { recursive: true, force: true });
  }
}
