import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './process-identity.mjs';

/** @import { ProcessIdentity } from './process-identity.mjs' */

/**
 * Outlives the process that started it by as long as it takes to stop that process's children and
 * to remove its temporary folders, so that even a kill -9 leaves nothing behind. It learns them as
 * JSON lines on standard input, whose end means that the parent is gone. Started by watch.mjs.
 */
const STOP_TIMEOUT_MS = 8_000;
/** @type {Map<number, ProcessIdentity & { stopSignal: NodeJS.Signals }>} */
const processes = new Map();
/** @type {Set<string>} */
const folders = new Set();

// Ctrl-C and the closing of a terminal are the parent's to answer.
for (const ignored of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(ignored, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const { watch, forget, folder, keep } = JSON.parse(line);
  if (watch) processes.set(watch.pid, watch);
  if (forget) processes.delete(forget);
  if (folder) folders.add(folder);
  if (keep) folders.delete(keep);
}
await stopAll();
for (const folder of folders) rmSync(folder, { recursive: true, force: true });

function running() {
  return [...processes.values()].filter(isRunning);
}

async function stopAll() {
  for (const { pid, stopSignal } of running()) signal(pid, stopSignal);
  const deadlineMs = performance.now() + STOP_TIMEOUT_MS;
  while (running().length > 0 && performance.now() < deadlineMs) await sleep(50);
  for (const { pid } of running()) signal(pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, 'SIGCONT'); // a paused process could not obey
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
