import { readFileSync } from 'node:fs';

const LOOK_INTERVAL_MS = 1_000;

/**
 * Calls `onGone` when the npm that runs us as its script has ended: killed by force it passes no
 * signal on, and its script would run on, unseen. Does nothing when npm did not start us.
 * Answers a function that ends the watch.
 * @param {() => void} onGone
 * @returns {() => void}
 */
export function watchNpm(onGone, env = process.env) {
  if (!env.npm_lifecycle_event) return () => {};
  const before = ancestry();
  const timer = setInterval(() => {
    if (ancestry() !== before) onGone();
  }, LOOK_INTERVAL_MS);
  return () => clearInterval(timer);
}

/** npm is our parent, or that of the shell between us, which stays when npm is killed. */
function ancestry() {
  const parent = process.ppid;
  const { name, ppid } = statusOf(parent);
  return /^(?:ba|da|z|k)?sh$/.test(name) ? `${parent} ${ppid}` : `${parent}`;
}

/** @param {number} pid */
function statusOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return { name, ppid: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] };
  } catch {
    return { name: '', ppid: '' }; // no /proc: macOS, whose shell replaces itself by us
  }
}
