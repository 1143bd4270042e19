import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, jest, test } from '@jest/globals';
import { RELEASE_MEMORY } from '../memory/release-memory.ts';
import { serviceKeys } from '../testing/test-platform.ts';

// Each test starts a process, which takes its time on a busy machine.
jest.setTimeout(60_000);

const { privateKeys, publicKeys } = serviceKeys();
const program = join(import.meta.dirname, '../testing/sample-service.ts');
const environment = {
  PATH: process.env['PATH'],
  // Where the machine lacks a library that Node needs, it was found elsewhere.
  LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'],
  REQUIRED: 'hush',
  TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(privateKeys.billing),
  TOLLGATE_SERVICE_PUBLIC_KEYS: JSON.stringify({ keys: publicKeys }),
  TOLLGATE_STOP_TIMEOUT_MS: '500',
};

/** A process of the sample service with its log, line by line. */
function startProcess(
  variables: Record<string, string | undefined> = {},
  args: string[] = [],
  channel: 'ipc' | 'ignore' = 'ignore',
) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...environment, ...variables },
    stdio: ['ignore', 'pipe', 'pipe', channel],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The process has no output.');
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface({ input: stdout });
  reader.on('line', (line) => {
    const entry: Record<string, unknown> = line.startsWith('{') ? JSON.parse(line) : { line };
    lines.push(entry);
    reader.emit('seen');
  });
  const ended = once(child, 'close').then(() => {
    throw new Error(`The process ended after ${lines.length} lines.`);
  });
  ended.catch(() => undefined);
  async function seen(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const found = lines.find((line) => line['msg'] === message);
      if (found) return found;
      await Promise.race([once(reader, 'seen'), ended]);
    }
  }
  return { child, lines, seen, errors: text(stderr), exit: exitOf(child) };
}

/** Where the process listens, by name, as its log says. */
function addressesOf({ addresses }: Record<string, unknown>): Record<string, string> {
  return { ...Object(addresses) };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code]: (number | null)[] = await once(child, 'close');
  return code ?? null;
}

test('a ready process says where it listens, is ready, and stops cleanly on SIGTERM', async () => {
  const { child, lines, seen, exit } = startProcess();
  const ready = await seen('ready');
  const { admin, rpc } = addressesOf(ready);
  expect(rpc).toBe('127.0.0.1:1');
  expect((await fetch(`http://${admin}/healthz`)).status).toBe(200);
  const readiness = await fetch(`http://${admin}/readyz`);
  expect([readiness.status, await readiness.json()]).toEqual([200, { status: 'ready', parts: {} }]);
  const metrics = await (await fetch(`http://${admin}/metrics`)).text();
  expect(metrics).toContain('process_cpu_seconds_total{service="billing"}');

  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  const messages = lines.map((line) => line['msg']);
  expect(messages).toEqual(['ready', 'stopping', 'closed', 'stopped']);
  expect(lines.find((line) => line['msg'] === 'closed')).toMatchObject({ aborted: true });
  expect(ready).toMatchObject({ level: 'info', service: 'billing' });
  expect(JSON.stringify(lines)).not.toContain('hush');
});

test('without a channel what loading left behind is gone when it is ready', async () => {
  const { child, seen, exit } = startProcess({ BEHAVIOUR: 'litters' });
  await seen('ready');
  child.kill('SIGTERM');
  expect(await seen('closed')).toMatchObject({ isLittered: false });
  expect(await exit).toBe(0);
});

test('a parent with a channel hears when it is ready, and may have memory given back', async () => {
  const { child, seen, exit } = startProcess({ BEHAVIOUR: 'litters' }, [], 'ipc');
  const [word] = await once(child, 'message');
  expect(word).toBe('ready');
  const closed = once(child, 'disconnect');
  child.send(RELEASE_MEMORY);
  await closed;
  child.kill('SIGTERM');
  expect(await seen('closed')).toMatchObject({ isLittered: false });
  expect(await exit).toBe(0);
});

test('a parent that says nothing does not keep it from stopping', async () => {
  const { child, exit } = startProcess({}, [], 'ipc');
  await once(child, 'message');
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

test('a start that fails ends the process with 1 and says why', async () => {
  const { lines, exit } = startProcess({ BEHAVIOUR: 'fails' });
  expect(await exit).toBe(1);
  expect(lines[0]).toMatchObject({
    level: 'fatal',
    error: { message: 'the database is not there' },
  });
});

test('an error that nobody caught is logged and ends the process with 1, after closing', async () => {
  const { lines, exit } = startProcess({ BEHAVIOUR: 'throws-later' });
  expect(await exit).toBe(1);
  const fatal = lines.find((line) => line['level'] === 'fatal');
  expect(fatal).toMatchObject({ error: { message: 'lost' } });
  expect(lines.map((line) => line['msg'])).toContain('closed');
});

test('a process that cannot close is ended by the watchdog with 1', async () => {
  const { child, lines, seen, exit } = startProcess({ BEHAVIOUR: 'hangs' });
  await seen('ready');
  child.kill('SIGINT');
  expect(await exit).toBe(1);
  expect(lines.at(-1)).toMatchObject({ msg: 'ended without closing everything' });
});

test('while it closes it is alive but not ready', async () => {
  const { child, seen, exit } = startProcess({ BEHAVIOUR: 'hangs' });
  const { admin } = addressesOf(await seen('ready'));
  child.kill('SIGTERM');
  await seen('closed');
  expect((await fetch(`http://${admin}/healthz`)).status).toBe(200);
  expect((await fetch(`http://${admin}/readyz`)).status).toBe(503);
  child.kill('SIGTERM');
  expect(await exit).toBe(1);
});

test('wrong settings end the process with 1, all problems named, no value printed', async () => {
  const wrong = { REQUIRED: '', TOLLGATE_LOG_LEVEL: 'loud', BEHAVIOUR: 'none' };
  const { errors, exit } = startProcess({
    ...wrong,
    TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(privateKeys.auth),
  });
  expect(await exit).toBe(1);
  const printed = await errors;
  for (const name of [...Object.keys(wrong), 'TOLLGATE_SERVICE_PRIVATE_KEY']) {
    expect(printed).toContain(name);
  }
  expect(printed).not.toContain(privateKeys.auth.d);
});

test('--check-config says whether the settings are right and starts nothing', async () => {
  const good = startProcess({ BEHAVIOUR: 'fails' }, ['--check-config']);
  expect(await good.exit).toBe(0);
  expect(good.lines).toEqual([{ line: 'The settings are complete.' }]);
  const bad = startProcess({ REQUIRED: undefined }, ['--check-config']);
  expect(await bad.exit).toBe(1);
  expect(await bad.errors).toBe('REQUIRED is missing: Must be there.\n');
});
