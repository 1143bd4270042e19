import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processIdentity } from './process-identity.mjs';

/**
 * Puts a child process under the guard: should this process die in any way, even by kill -9, the
 * guard stops the child. The guard is one small process, started with the first child.
 * @param {number} pid
 * @param {NodeJS.Signals} stopSignal the signal that stops it in good order
 */
export function watchProcess(pid, stopSignal = 'SIGTERM') {
  tellGuard({ watch: { pid, identity: processIdentity(pid), stopSignal } });
}

/** The child has ended; its pid may soon belong to somebody else. */
export function forgetProcess(pid) {
  tellGuard({ forget: pid });
}

/**
 * Makes a temporary folder that servers of another user may enter, and that goes away with this
 * process at the latest. `remove()` deletes it earlier.
 */
export function temporaryFolder(prefix = 'tollgate-') {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o711);
  tellGuard({ folder });
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    tellGuard({ keep: folder });
  };
  return { folder, remove, [Symbol.dispose ?? Symbol.for('dispose')]: remove };
}

let guard;

function tellGuard(message) {
  guard ??= startGuard();
  guard.stdin.write(`${JSON.stringify(message)}\n`);
}

function startGuard() {
  const script = fileURLToPath(new URL('guard.mjs', import.meta.url));
  // Its own group: a Ctrl-C meant for us must not end it before us. Its own folder: ours may go.
  const child = spawn(process.execPath, [script], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref(); // it must not keep us alive
  child.stdin.unref?.();
  return child;
}
