import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How often a long step says that it is still at work. */
const REPORT_INTERVAL_MS = 5_000;

/**
 * A folder that a step fills, and how much it will roughly hold when the step is done.
 * @typedef {{ folder: string, megabytes: number }} Growth
 */

/**
 * Runs a long step and reports it in lines: at its start, every five seconds, and at its end with
 * the seconds it took. With `growth` the lines say how much of it is there.
 * @template T
 * @param {string} what e.g. `Installing Postgres 18.4 (npm)`
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} work
 * @param {Growth} [growth]
 * @returns {Promise<T>}
 */
export async function withProgress(what, log, work, growth) {
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 1000);
  log(`${what} …${growth ? ` ${growth.megabytes} MB` : ''}`);
  const report = () => log(`${what} … ${seconds()} s${growth ? `, ${part(growth)}` : ''}`);
  const timer = setInterval(report, REPORT_INTERVAL_MS);
  try {
    const result = await work();
    log(`${what}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** @param {Growth} growth */
function part({ folder, megabytes }) {
  const there = Math.round(bytesIn(folder) / 1e6);
  return there < megabytes ? `${there} of ${megabytes} MB` : 'nearly done';
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
