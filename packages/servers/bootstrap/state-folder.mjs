import { spawnSync } from 'node:child_process';
import { accessSync, chownSync, constants, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * As whom a process runs; `{}`: as ourselves.
 * @typedef {{ uid?: number, gid?: number }} ServerUser
 */

/** The checkout this file belongs to. */
export const checkoutFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * The folder that holds programs, data, logs and secrets: TOLLGATE_HOME, else `.tollgate` in the
 * checkout; for root /var/lib/tollgate, because the servers then run as `nobody`, who cannot enter
 * a home folder. Names the folder only, creates nothing.
 * @param {NodeJS.ProcessEnv} env
 */
export function stateFolder(env = process.env) {
  if (env.TOLLGATE_HOME) return resolve(env.TOLLGATE_HOME);
  return isRoot() ? '/var/lib/tollgate' : join(checkoutFolder, '.tollgate');
}

/**
 * Creates the state folder and proves that it can be used by us and by the servers' user.
 * Throws an error of one line that names the folder and the way out.
 * @param {string} home
 * @param {ServerUser} user
 */
export function prepareStateFolder(home = stateFolder(), user = serverUser()) {
  try {
    mkdirSync(home, { recursive: true, mode: 0o755 });
    accessSync(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`State folder ${home} cannot be written: ${wayOut}`, { cause: error });
  }
  if (!user.uid) return home;
  const entered = spawnSync('true', [], { cwd: home, ...user });
  if (!entered.error) return home;
  throw new Error(
    `State folder ${home} cannot be entered by the user nobody, as whom the servers run when` +
      ` root starts them: ${wayOut}`,
  );
}

/**
 * As whom servers run: `{}` for an ordinary user; for root the ids of `nobody`, since Postgres
 * refuses root and wants its user in the password file, where nobody always stands.
 * @returns {ServerUser}
 */
export function serverUser() {
  if (!isRoot()) return {};
  cachedNobody ??= { uid: idOf('-u'), gid: idOf('-g') };
  return { ...cachedNobody };
}

/**
 * Creates a folder of mode 0700 that belongs to the servers' user. Existing content stays.
 * @param {string} folder
 * @param {ServerUser} user
 */
export function makePrivateFolder(folder, user = serverUser()) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user.uid && user.gid) chownSync(folder, user.uid, user.gid);
  return folder;
}

/**
 * Where Node keeps what it compiled for the next start: most of a start is compiling. One for each
 * user, so that nobody runs what another one wrote.
 * @param {string} home the state folder, prepared
 * @param {ServerUser} user as whom Node runs
 */
export function compileCacheFolder(home, user) {
  const owner = user.uid ?? process.getuid?.() ?? 'me';
  return makePrivateFolder(join(home, `compile-cache-${owner}`), user);
}

const wayOut = 'set TOLLGATE_HOME to another folder.';
/** @type {{ uid: number, gid: number } | undefined} */
let cachedNobody;

function isRoot() {
  return process.getuid?.() === 0;
}

/** @param {'-u' | '-g'} flag */
function idOf(flag) {
  const { stdout, status } = spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' });
  if (status !== 0) throw new Error('There is no user `nobody` to run the servers as.');
  return Number.parseInt(stdout, 10);
}
