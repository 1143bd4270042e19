import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { connectOptions, listen } from './listen.ts';

/** A server, and a folder for sockets; both are gone after the test. */
function opened() {
  const stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-listen-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const server = (): Server => {
    const one = createServer();
    stack.defer(() => new Promise<void>((resolve) => one.close(() => resolve())));
    return one;
  };
  return { path: join(folder, 'test.sock'), server, stack };
}

test('answers the port that it was given by the system, and refuses one in use', async () => {
  const { server, stack } = opened();
  await using _ = stack;
  const address = await listen(server(), { host: '127.0.0.1', port: 0 });
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  const port = Number(address.split(':')[1]);
  await expect(listen(server(), { host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('what it answers can be connected to', async () => {
  const { path, server, stack } = opened();
  await using _ = stack;
  for (const place of [{ host: '127.0.0.1', port: 0 }, { path }]) {
    const socket = createConnection(connectOptions(await listen(server(), place)));
    await once(socket, 'connect');
    socket.destroy();
  }
  expect(connectOptions('[::1]:8080')).toEqual({ host: '::1', port: 8_080 });
});

test('a socket that a dead process has left behind is replaced', async () => {
  const { path, server, stack } = opened();
  await using _ = stack;
  const listenAndDie = `require('node:net').createServer()
    .listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listenAndDie]);
  expect(existsSync(path)).toBe(true);
  expect(await listen(server(), { path })).toBe(`unix:${path}`);
});

test('a socket that somebody listens on is not', async () => {
  const { path, server, stack } = opened();
  await using _ = stack;
  await listen(server(), { path });
  await expect(listen(server(), { path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(existsSync(path)).toBe(true);
});

test('a file that is no socket is left alone', async () => {
  const { path, server, stack } = opened();
  await using _ = stack;
  writeFileSync(path, 'precious');
  await expect(listen(server(), { path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(readFileSync(path, 'utf8')).toBe('precious');
});
