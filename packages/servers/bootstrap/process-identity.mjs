import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process, told from every other that has its pid at another time.
 * @typedef {{ pid: number, identity: string | undefined }} ProcessIdentity
 */

/**
 * A string that tells a process from every other that ever had or will have its pid: boot and
 * start time. Undefined when no such process runs (a zombie does not run).
 * @param {number} pid
 */
export function processIdentity(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/**
 * Whether exactly this process, not a later one with the same pid, still runs.
 * @param {ProcessIdentity} process
 */
export function isRunning({ pid, identity }) {
  return identity !== undefined && processIdentity(pid) === identity;
}

/** @param {number} pid */
function fromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; after it: state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** @type {string | undefined} */
let boot;

/** @param {number} pid */
function fromPs(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}
