import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../packages/servers/bootstrap/lock-file.mjs';
import { filled, withProgress } from '../../packages/servers/bootstrap/progress.mjs';
import { cleanEnvironment, npm } from '../../packages/servers/bootstrap/run-command.mjs';
import { checkoutFolder } from '../../packages/servers/bootstrap/state-folder.mjs';

/**
 * @typedef {{
 *   version?: string, link?: boolean, optional?: boolean, peer?: boolean, dev?: boolean
 * }} LockedPackage
 */

/**
 * What is wanted of node_modules: what running needs (`run`), or that and what testing and
 * checking need (`all`).
 * @typedef {'run' | 'all'} Extent
 */

/**
 * What npm unpacks for each, on Linux x86-64, as `npm run bench:start` prints it: only to say how
 * much is left.
 * @type {Record<Extent, number>}
 */
const expectedMegabytes = { run: 278, all: 684 };

/**
 * Makes node_modules be what package-lock.json says, as far as `extent` wants it: runs npm when
 * packages are missing or of another version, does nothing (some 10 ms) otherwise. Two starts at
 * once install once. A folder with packages for development keeps them: they are brought up to
 * date with the others.
 * @param {{ extent: Extent, folder?: string, log: (line: string) => void }} options
 */
export async function ensureDependencies({ extent, folder = checkoutFolder, log }) {
  if (isInstalled(folder, extent)) return;
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Error(`${folder} is not writable, so its dependencies cannot be installed here: \
run \`npm install --no-save --ignore-scripts\` in it as its owner.`);
  }
  mkdirSync(join(folder, '.tollgate'), { recursive: true });
  const waiting = (/** @type {{ pid: number }} */ owner) =>
    log(`Process ${owner.pid} is installing dependencies; waiting for it`);
  const installOnce = async () => {
    if (isInstalled(folder, extent)) return;
    const whole = hasDevelopment(folder) ? 'all' : extent;
    const left = () => filled(join(folder, 'node_modules'), expectedMegabytes[whole]);
    await withProgress('Installing dependencies (npm)', log, () => install(folder, whole), left);
    if (!isInstalled(folder, extent)) {
      throw new Error('npm ended well, but packages are missing.');
    }
  };
  await withLock(join(folder, '.tollgate', 'npm.lock'), installOnce, waiting);
}

/**
 * `npm install --no-save` installs the locked versions by their hashes and writes no file of ours.
 * Not `npm ci`: it refuses a lock made where the registry lacked packages of other platforms.
 * The environment may ask for either extent (NODE_ENV does), so it is said in any case.
 * @param {string} folder
 * @param {Extent} extent
 */
function install(folder, extent) {
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  const which = extent === 'run' ? '--omit=dev' : '--include=dev';
  return npm([...args, which, '--loglevel=error'], { cwd: folder, env: cleanEnvironment() });
}

/**
 * Whether every package of the lock that is wanted is there in its version. npm writes its own list
 * of what it installed last of all, so an interrupted installation has none. Packages for other
 * platforms, which are optional, may be missing.
 * @param {string} folder
 * @param {Extent} extent
 */
function isInstalled(folder, extent) {
  const wanted = packagesOf(join(folder, 'package-lock.json')) ?? {};
  const installed = packagesOf(join(folder, 'node_modules/.package-lock.json'));
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, link, optional, peer, dev }]) => {
    if (!path.startsWith('node_modules/')) return true; // the root and the workspaces themselves
    if (dev && extent === 'run') return true;
    if (link) return existsSync(join(folder, path));
    const present = installed[path];
    return present ? present.version === version : Boolean(optional || peer);
  });
}

/**
 * Whether an earlier installation brought packages that only development needs.
 * @param {string} folder
 */
function hasDevelopment(folder) {
  const installed = packagesOf(join(folder, 'node_modules/.package-lock.json')) ?? {};
  return Object.values(installed).some(({ dev }) => dev);
}

/**
 * What a lock lists, by path; undefined when there is none.
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
