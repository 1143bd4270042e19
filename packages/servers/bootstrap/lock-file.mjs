import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, processIdentity } from './process-identity.mjs';

/** @import { ProcessIdentity } from './process-identity.mjs' */

/**
 * Takes the lock file for this process, or answers the owner `{ pid, identity }` that holds it.
 * A lock whose owner no longer runs is taken over, so a kill -9 never blocks the next start.
 * @param {string} file
 * @returns {{ release(): void } | { owner: ProcessIdentity }}
 */
export function tryLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  const claim = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) });
  writeFileSync(mine, claim);
  try {
    for (;;) {
      try {
        linkSync(mine, file); // atomic and exclusive, with its content already in it
        return { release: () => releaseIfOwned(file, claim) };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const held = read(file);
      if (held === undefined) continue;
      const owner = parse(held);
      if (owner && isRunning(owner)) return { owner };
      removeStale(file, held);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Waits for the lock, calls `onWait(owner)` once if another process holds it, then runs `work`.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(owner: ProcessIdentity) => void} onWait
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  let waited = false;
  for (;;) {
    const lock = tryLock(file);
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!waited) onWait(lock.owner);
    waited = true;
    await sleep(200);
  }
}

/**
 * Moves a dead owner's lock away; puts it back if another process took it over in between.
 * @param {string} file
 * @param {string} stale what the dead owner wrote
 */
function removeStale(file, stale) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} claim
 */
function releaseIfOwned(file, claim) {
  if (read(file) === claim) rmSync(file, { force: true });
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} text
 * @returns {ProcessIdentity | undefined} undefined for nonsense
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} error
 * @returns {string | undefined} what the system calls it, e.g. `ENOENT`
 */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
