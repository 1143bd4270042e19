import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How often a long step says that it is still at work. */
const REPORT_INTERVAL_MS = 5_000;

/**
 * Runs a long step and reports it in lines: at its start, every five seconds, and at its end with
 * the seconds it took. `left` is asked at each report and says what is still to come.
 * @template T
 * @param {string} what e.g. `Installing Postgres 18.4 (npm)`
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} work
 * @param {() => string} [left] e.g. `100 of 270 MB are there`
 * @returns {Promise<T>}
 */
export async function withProgress(what, log, work, left) {
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 1000);
  log(`${what} …`);
  const report = () => log(`${what} … ${seconds()} s${left ? `, ${left()}` : ''}`);
  const timer = setInterval(report, REPORT_INTERVAL_MS);
  try {
    const result = await work();
    log(`${what}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/**
 * How much of a folder is there that will hold some `megabytes` when a step has filled it.
 * @param {string} folder
 * @param {number} megabytes
 */
export function filled(folder, megabytes) {
  const there = Math.round(bytesIn(folder) / 1e6);
  return there < megabytes ? `${there} of ${megabytes} MB are unpacked` : 'nearly done';
}

/**
 * What the files below a folder hold, in bytes. They come and go meanwhile: what is gone is none.
 * @param {string} folder
 */
function bytesIn(folder) {
  let bytes = 0;
  for (const path of entriesOf(folder)) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    bytes += found?.isDirectory() ? bytesIn(path) : (found?.size ?? 0);
  }
  return bytes;
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function entriesOf(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
