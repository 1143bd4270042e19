import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { openPeer, rawPeer } from '../support/raw-peer.ts';
import { call } from '../support/serve.ts';

const program = fileURLToPath(new URL('../support/serve-process.ts', import.meta.url));

test('a process without file descriptors left goes on, and takes connections again later', async () => {
  const start = `ulimit -n 64 && exec "$0" "$1"`;
  const args = ['-c', start, process.execPath, program];
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const address = line.toString().trim();
    await using first = await openPeer(address);
    const many = await Promise.allSettled(Array.from({ length: 100 }, () => rawPeer(address)));
    expect((await call(first, 1)).toString()).toBe('well');
    for (const one of many) {
      if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]();
    }
    await eventually({ withinMs: 20_000 }, async () => {
      await using next = await openPeer(address);
      return (await call(next, 1)).toString() === 'well';
    });
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
});
