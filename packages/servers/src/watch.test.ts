import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { isRunning, processIdentity } from './index.ts';

const index = `${import.meta.dirname}/index.ts`;

/** Starts a parent with a watched child and a temporary folder, and answers both and the parent. */
async function startParent() {
  const script = `
    import { spawn } from 'node:child_process';
    const { temporaryFolder, watchProcess } = await import(${JSON.stringify(index)});
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    watchProcess(child.pid);
    console.log(JSON.stringify({ pid: child.pid, folder: temporaryFolder().folder }));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Array.fromAsync(firstLine(parent.stdout));
  const { pid, folder }: { pid: number; folder: string } = JSON.parse(String(line));
  return { parent, folder, child: { pid, identity: processIdentity(pid) } };
}

async function* firstLine(stream: NodeJS.ReadableStream) {
  for await (const line of createInterface({ input: stream })) {
    yield line;
    return;
  }
}

async function until(condition: () => boolean) {
  while (!condition()) await sleep(20);
}

test('a parent killed by force leaves no child and no temporary folder', async () => {
  const { parent, child, folder } = await startParent();
  expect(isRunning(child)).toBe(true);
  expect(existsSync(folder)).toBe(true);

  parent.kill('SIGKILL');

  await until(() => !isRunning(child) && !existsSync(folder));
});

test('a child that was paused is stopped too', async () => {
  const { parent, child } = await startParent();
  process.kill(child.pid, 'SIGSTOP');

  parent.kill('SIGKILL');

  await until(() => !isRunning(child));
});
