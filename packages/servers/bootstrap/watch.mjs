import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isRunning, processIdentity } from './process-identity.mjs';

/** How long the guard of a launcher that was killed may take to stop its children. */
const ORPHANS_TIMEOUT_MS = 10_000;

/** @import { ChildProcessByStdio } from 'node:child_process' */
/** @import { Writable } from 'node:stream' */
/** @import { ProcessIdentity } from './process-identity.mjs' */
/** @typedef {ProcessIdentity & { stopSignal: NodeJS.Signals }} Watched */
/** @typedef {ChildProcessByStdio<Writable, null, null>} Guard */

/** @type {Map<number, Watched>} */
const watched = new Map();
/** @type {Set<string>} */
const folders = new Set();
/** @type {string | undefined} */
let listFile;
/** @type {Guard | undefined} */
let guard;
/**
 * Every guard that still runs, also those already dismissed.
 * @type {Set<Guard>}
 */
const guards = new Set();
let isClosing = false;

/**
 * Puts a child process under the guard: should this process die in any way, even by kill -9, the
 * guard stops the child. The guard is one small process that lives as long as there is a child.
 * @param {number} pid
 * @param {NodeJS.Signals} [stopSignal] the signal that stops it in good order
 */
export function watchProcess(pid, stopSignal = 'SIGTERM') {
  if (isClosing) return kill(pid, 'SIGKILL'); // started by work that nobody waits for any more
  const child = { pid, identity: processIdentity(pid), stopSignal };
  watched.set(pid, child);
  tellGuard({ watch: child });
  writeList();
}

/**
 * The child has ended; its pid may soon belong to somebody else.
 * @param {number} pid
 */
export function forgetProcess(pid) {
  watched.delete(pid);
  tellGuard({ forget: pid });
  writeList();
  dismissIfIdle();
}

/**
 * Makes a temporary folder that servers of another user may enter, and that goes away with this
 * process at the latest. `remove()` deletes it earlier.
 * @returns {{ folder: string, remove(): void } & Disposable}
 */
export function temporaryFolder(prefix = 'tollgate-') {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o711);
  folders.add(folder);
  tellGuard({ folder });
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
    tellGuard({ keep: folder });
    dismissIfIdle();
  };
  // The oldest Nodes that may run this lack the symbol, and `using` with it.
  return { folder, remove, [Symbol.dispose]: remove };
}

/**
 * Lets the guard stop what still runs, and waits until it has and is gone itself. For the very
 * end of a process that must leave nothing behind.
 */
export async function closeGuard() {
  isClosing = true;
  dismiss();
  await Promise.all([...guards].map((child) => hasEnded(child)));
}

/**
 * From now on keeps the list of children in a file, first ending those that an earlier process,
 * killed by force together with its guard, left in it. Answers how many those were.
 * @param {string} file
 */
export async function keepProcessList(file) {
  mkdirSync(dirname(file), { recursive: true });
  const orphans = readList(file).filter(isRunning);
  const left = () => orphans.filter(isRunning);
  const deadlineMs = performance.now() + ORPHANS_TIMEOUT_MS;
  for (const { pid, stopSignal } of left()) kill(pid, stopSignal);
  while (left().length > 0 && performance.now() < deadlineMs) await sleep(50);
  for (const { pid } of left()) kill(pid, 'SIGKILL');
  while (left().length > 0) await sleep(10);
  listFile = file;
  writeList();
  return orphans.length;
}

/** @param {{ watch: Watched } | { forget: number } | { folder: string } | { keep: string }} message */
function tellGuard(message) {
  guard ??= startGuard();
  guard.stdin.write(`${JSON.stringify(message)}\n`);
}

function dismissIfIdle() {
  if (watched.size === 0 && folders.size === 0) dismiss();
}

function dismiss() {
  guard?.stdin.end();
  guard = undefined;
}

function startGuard() {
  const script = fileURLToPath(new URL('guard.mjs', import.meta.url));
  // Its own group: a Ctrl-C meant for us must not end it before us. Its own folder: ours may go.
  const child = spawn(process.execPath, [script], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guards.add(child);
  for (const end of ['exit', 'error']) child.once(end, () => guards.delete(child));
  child.stdin.on('error', () => {});
  child.unref(); // it must not keep us alive
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}

/** @param {Guard} child */
function hasEnded(child) {
  child.ref(); // now it is what we wait for
  return new Promise((resolve) => {
    for (const end of ['exit', 'error']) child.once(end, resolve);
  });
}

function writeList() {
  if (listFile === undefined) return;
  writeFileSync(`${listFile}.new`, JSON.stringify([...watched.values()]));
  renameSync(`${listFile}.new`, listFile);
}

/**
 * @param {string} file
 * @returns {Watched[]}
 */
function readList(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return []; // none yet, or cut off by a power failure: then nothing of it runs
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}
