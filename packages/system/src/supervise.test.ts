import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { RELEASE_MEMORY } from '@tollgate/runtime/memory';
import { isRunning, processIdentity, temporaryFolder } from '@tollgate/servers';
import { supervise } from './supervise.ts';

/** A process that runs `script` with FOLDER set, ready once it has written the file `ready`. */
function specOf(folder: string, script: string) {
  return {
    name: 'sample',
    file: process.execPath,
    args: ['-e', `const fs = require('node:fs'); ${script}`],
    env: { ...process.env, FOLDER: folder },
    logFile: join(folder, 'log'),
    user: {},
    isReady: async () => existsSync(join(folder, 'ready')),
  };
}

const serve = `fs.writeFileSync(process.env.FOLDER + '/ready', ''); setInterval(() => {}, 1000);`;

test('a process that is killed is started again, with a line that says so', async () => {
  using temporary = temporaryFolder();
  const lines: string[] = [];
  const sample = supervise(specOf(temporary.folder, serve), (line) => void lines.push(line));
  await sample.ready();
  const { pid } = sample;

  await sample.kill();
  await sample.ready();

  expect(sample.pid).not.toBe(pid);
  expect(sample.starts).toBe(2);
  expect(lines).toEqual([
    'sample ended (SIGKILL); starting it again in 100 ms',
    'sample serves again',
  ]);
  await sample.stop();
});

test('the back-off doubles while a process keeps ending', async () => {
  using temporary = temporaryFolder();
  const lines: string[] = [];
  const sample = supervise(specOf(temporary.folder, serve), (line) => void lines.push(line));
  for (let death = 0; death < 3; death++) {
    await sample.ready();
    await sample.kill();
  }
  await sample.ready();
  await sample.stop();
  const waits = lines.flatMap((line) => /in (\d+) ms/.exec(line)?.[1] ?? []);
  expect(waits).toEqual(['100', '200', '400']);
});

test('a process that says when it serves is not asked before', async () => {
  using temporary = temporaryFolder();
  let asked = 0;
  const script = `setTimeout(() => { ${serve} process.send('ready'); process.disconnect(); }, 300)`;
  const spec = specOf(temporary.folder, script);
  const isReady = () => {
    asked += 1;
    return spec.isReady();
  };
  const sample = supervise({ ...spec, isReady, saysReady: true }, () => {});
  await sample.ready();
  expect(asked).toBe(1);
  await sample.stop();
});

test('every life is told to give memory back once it serves, those that come later, too', async () => {
  using temporary = temporaryFolder();
  const script = `process.on('message', (word) => {
    fs.appendFileSync(process.env.FOLDER + '/words', word + ' ');
    process.exit(0);
  }); ${serve} process.send('ready');`;
  const ends = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const log = (line: string) => {
    if (line.includes('ended (exit 0)')) ends[sample.starts - 1]?.resolve();
  };
  const sample = supervise({ ...specOf(temporary.folder, script), saysReady: true }, log);
  await sample.ready();
  sample.releaseMemory();
  for (const { promise } of ends) await promise;
  await sample.stop();
  const words = readFileSync(join(temporary.folder, 'words'), 'utf8').trim().split(' ');
  expect(words.join(' ')).toContain(Array.from(ends, () => RELEASE_MEMORY).join(' '));
});

test('a process that ends without a word is given up like any other', async () => {
  using temporary = temporaryFolder();
  const broken = { ...specOf(temporary.folder, 'process.exit(3);'), saysReady: true };
  await expect(supervise(broken, () => {}).ready()).rejects.toThrow(/at its start \(exit 3\)/);
});

test('stop ends the process and leaves it ended until start', async () => {
  using temporary = temporaryFolder();
  const sample = supervise(specOf(temporary.folder, serve), () => {});
  await sample.ready();
  const pid = sample.pid ?? 0;
  const first = { pid, identity: processIdentity(pid) };

  await sample.stop();
  expect(isRunning(first)).toBe(false);
  expect(sample.pid).toBeUndefined();

  await sample.start();
  expect(sample.pid).toBeDefined();
  await sample.stop();
});

test('stop during the start leaves no process', async () => {
  using temporary = temporaryFolder();
  const sample = supervise(specOf(temporary.folder, 'setInterval(() => {}, 1000)'), () => {});
  const pid = sample.pid ?? 0;
  const first = { pid, identity: processIdentity(pid) };
  await sample.stop();
  expect(isRunning(first)).toBe(false);
});

test('a process that never serves is given up, with the end of its log', async () => {
  using temporary = temporaryFolder();
  const broken = specOf(temporary.folder, `console.error('no such setting'); process.exit(3);`);
  const sample = supervise(broken, () => {});
  await expect(sample.ready()).rejects.toThrow(/ended at its start \(exit 3\)[^]*no such setting/);
  expect(sample.starts).toBe(4);
});

test('a log that grew too large begins anew', async () => {
  using temporary = temporaryFolder();
  const spec = specOf(temporary.folder, `console.log('fresh'); ${serve}`);
  writeFileSync(spec.logFile, 'x'.repeat(10 * 1024 * 1024 + 1));
  const sample = supervise(spec, () => {});
  await sample.ready();
  await sample.stop();
  expect(readFileSync(spec.logFile, 'utf8')).toBe('fresh\n');
});
