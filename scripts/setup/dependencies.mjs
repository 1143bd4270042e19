import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../packages/servers/bootstrap/lock-file.mjs';
import { withProgress } from '../../packages/servers/bootstrap/progress.mjs';
import { cleanEnvironment, npm } from '../../packages/servers/bootstrap/run-command.mjs';
import { checkoutFolder } from '../../packages/servers/bootstrap/state-folder.mjs';

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, peer?: boolean }} LockedPackage
 */

/**
 * Makes node_modules be what package-lock.json says: runs npm when packages are missing or of
 * another version, does nothing (some 10 ms) otherwise. Two starts at once install once.
 * @param {{ folder?: string, log: (line: string) => void }} options
 */
export async function ensureDependencies({ folder = checkoutFolder, log }) {
  if (isInstalled(folder)) return;
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
    if (isInstalled(folder)) return;
    await withProgress('Installing dependencies (npm)', log, () => install(folder));
    if (!isInstalled(folder)) throw new Error('npm ended well, but packages are missing.');
  };
  await withLock(join(folder, '.tollgate', 'npm.lock'), installOnce, waiting);
}

/**
 * `npm install --no-save` installs the locked versions by their hashes and writes no file of ours.
 * Not `npm ci`: it refuses a lock made where the registry lacked packages of other platforms.
 * @param {string} folder
 */
function install(folder) {
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  return npm([...args, '--loglevel=error'], { cwd: folder, env: cleanEnvironment() });
}

/**
 * Whether every package of the lock is there in its version. npm writes its own list of what it
 * installed last of all, so an interrupted installation has none. Packages for other platforms,
 * which are optional, may be missing.
 * @param {string} folder
 */
function isInstalled(folder) {
  const wanted = packagesOf(join(folder, 'package-lock.json')) ?? {};
  const installed = packagesOf(join(folder, 'node_modules/.package-lock.json'));
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, link, optional, peer }]) => {
    if (!path.startsWith('node_modules/')) return true; // the root and the workspaces themselves
    if (link) return existsSync(join(folder, path));
    const present = installed[path];
    return present ? present.version === version : Boolean(optional || peer);
  });
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
