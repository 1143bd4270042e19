import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkoutFolder, closeGuard, temporaryFolder } from '@tollgate/servers';
import { freshClone } from '../scripts/npm-start/fresh-clone.ts';
import { type Running, startByNpm } from '../scripts/npm-start/start-by-npm.ts';
import { wholeNumber } from './command-line/read-value.ts';
import { machineText } from './figures/machine.ts';
import { tableLines } from './figures/table.ts';
import { firstRefusal } from './start/first-refusal.ts';
import { folderBytes } from './start/folder-bytes.ts';
import { type ProcessMemory, proportionalMemory } from './start/proportional-memory.ts';

/**
 * Measures what a newcomer waits for and what then lies idle: `npm run bench:start`, or with
 * `-- --idle-seconds 60`. Needs git, and Linux for the memory; takes some minutes.
 *
 * Three starts by `npm start`, each timed from the spawn of npm, on state folders, clones of this
 * checkout's last commit and caches of npm and pip that are made for it and thrown away:
 *
 * 1. a fresh clone with empty caches, until the first 429 of the demo customer (demo.json is there,
 *    then as many calls as it takes). After `--idle-seconds` (20) without a call: the memory.
 * 2. the same clone again, until npm start says that Tollgate runs. Then its memory likewise.
 * 3. another fresh clone with the caches that the first one filled, until its first 429: the first
 *    one beside the downloads themselves. What the distribution's packages bring (pip and a library,
 *    where the machine lacks them) is fetched again; no cache holds it.
 *
 * What npm installs for running is told beside what this checkout has, which is everything.
 *
 * Memory is the proportional set size of all processes below npm, npm among them: what several
 * processes share is counted once. A program on PATH that is new enough is used and not fetched.
 */
const option = 'idle-seconds';
const { values } = parseArgs({ options: { [option]: { type: 'string' } } });
const idleMs = 1_000 * wholeNumber(option, values[option], { fallback: 20, max: 600 });
const temporary = temporaryFolder('tollgate-bench-start-');
const caches = join(temporary.folder, 'caches');
try {
  const rows = await measure();
  console.log();
  for (const line of tableLines(['what', 'measured', 'wanted', 'load before'], rows)) {
    console.log(line);
  }
} finally {
  temporary.remove();
  await closeGuard();
}

async function measure(): Promise<string[][]> {
  console.log(machineText());
  const clone = await freshClone(join(temporary.folder, 'first'));
  const first = await timeToRefusal('first', clone, false);
  const second = await timeToReady(clone);
  const another = await freshClone(join(temporary.folder, 'third'));
  const third = await timeToRefusal('third', another, true);
  const toRefusal = 'fresh clone to the first 429';
  const installed = [clone, checkoutFolder].map((folder) =>
    (folderBytes(join(folder, 'node_modules')) / 1_000_000).toFixed(0),
  );
  return [
    [`${toRefusal}, downloads in it`, seconds(first.ms), '', first.load],
    [`${toRefusal}, downloads cached`, seconds(third.ms), '< 60 s', third.load],
    ['second start', seconds(second.ms), '< 5 s', second.load],
    ['packages installed, of those in this checkout', `${installed.join(' of ')} MB`, '', ''],
    ['idle memory after the first start', first.memory, '< 1000 MB', ''],
    ['idle memory after the second start', second.memory, '< 1000 MB', ''],
  ];
}

async function timeToRefusal(name: string, clone: string, isCached: boolean) {
  const load = loadNow();
  const home = join(temporary.folder, `state-${name}`);
  await using running = await startByNpm({ clone, home, caches, isCached });
  await running.ready;
  await firstRefusal(join(home, 'demo.json'));
  const ms = running.elapsedMs();
  return { ms, load, memory: isCached ? '' : await idleMemory(running) };
}

async function timeToReady(clone: string) {
  const load = loadNow();
  const home = join(temporary.folder, 'state-first');
  await using running = await startByNpm({ clone, home, caches, isCached: true });
  await running.ready;
  const ms = running.elapsedMs();
  return { ms, load, memory: await idleMemory(running) };
}

/** The whole, in megabytes; what it consists of is printed. */
async function idleMemory({ pid }: Running): Promise<string> {
  await sleep(idleMs);
  const processes = proportionalMemory(pid);
  if (processes === undefined) return 'only on Linux';
  const whole = processes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(tableLines(['idle process', 'MB'], processes.map(rowOf)).join('\n'));
  return `${mebibytes(whole)} MB`;
}

function rowOf({ name, bytes }: ProcessMemory): string[] {
  return [name, mebibytes(bytes)];
}

function loadNow(): string {
  return loadavg()[0]?.toFixed(1) ?? '';
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}
