import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { checkoutFolder, temporaryFolder } from '@tollgate/servers';
import { ensureDependencies } from '../../scripts/setup/dependencies.mjs';
import type { migrations } from '../../services/metering/src/migrations/index.ts';
import { linkDependencies } from './link-dependencies.ts';

/** Another commit of this repository, ready to run. */
export interface Tree extends AsyncDisposable {
  readonly folder: string;
  /** The commit, in the fewest digits that tell it. */
  readonly commit: string;
  /** Those of its Metering. */
  readonly migrations: typeof migrations;
}

/**
 * Checks a commit out into a worktree in a temporary folder, with the packages of this checkout
 * where both lock the same ones, else with its own. `undefined` where there is no history to take
 * it from, which `log` is told.
 *
 * @throws Error when the history is there and has no such commit.
 */
export async function checkOut(
  revision: string,
  log: (line: string) => void,
): Promise<Tree | undefined> {
  const commit = await findCommit(checkoutFolder, revision);
  if (commit === undefined) {
    log(`this checkout has no history with ${revision} in it: measuring without it`);
    return undefined;
  }
  await using opened = new AsyncDisposableStack();
  const temporary = opened.adopt(temporaryFolder('tollgate-against-'), (it) => it.remove());
  const folder = join(temporary.folder, commit);
  await git(checkoutFolder, 'worktree', 'add', '--quiet', '--detach', folder, commit);
  opened.defer(
    async () => void (await git(checkoutFolder, 'worktree', 'remove', '--force', folder)),
  );

  if (lockOf(folder) === lockOf(checkoutFolder)) linkDependencies(checkoutFolder, folder);
  else await ensureDependencies({ extent: 'run', folder, log });
  const file = join(folder, 'services/metering/src/migrations/index.ts');
  const itsMigrations: { migrations: Tree['migrations'] } = await import(pathToFileURL(file).href);
  const owned = opened.move();
  return { folder, commit, ...itsMigrations, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/**
 * The short name of a commit in the repository at `root`; `undefined` where its history is not
 * there, or not all of it.
 *
 * @throws Error when all of it is there, and it has no such commit.
 */
export async function findCommit(root: string, revision: string): Promise<string | undefined> {
  const isShallow = await git(root, 'rev-parse', '--is-shallow-repository').catch(() => 'true');
  try {
    return await git(root, 'rev-parse', '--verify', '--quiet', '--short', `${revision}^{commit}`);
  } catch (cause) {
    if (isShallow === 'true') return undefined;
    throw new Error(`there is no commit ${revision}`, { cause });
  }
}

/** Its output without the last line's end. */
async function git(root: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: root });
  return stdout.trimEnd();
}

function lockOf(folder: string): string {
  return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}
