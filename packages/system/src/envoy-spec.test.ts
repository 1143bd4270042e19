import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  closeGuard,
  ensurePrograms,
  freePort,
  type Program,
  startServerProcess,
  temporaryFolder,
} from '@tollgate/servers';
import { envoySpec } from './envoy-spec.ts';
import { planPorts } from './plan-ports.ts';
import { serviceProcesses } from './service-processes.ts';

const temporary = temporaryFolder('tollgate-envoy-spec-');
let envoy: Program;
beforeAll(async () => {
  ({ envoy } = await ensurePrograms(['envoy']));
});
afterAll(async () => {
  temporary.remove();
  await closeGuard();
});

async function startCopy(name: string, gatewayPort: number) {
  const folder = join(temporary.folder, name);
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const plan = await planPorts(serviceProcesses(2), gatewayPort);
  const { user, args, ...spec } = envoySpec(plan, { folder, envoy });
  return startServerProcess({ ...spec, ...user, args: [...args] });
}

test('of two copies that are started on one port, the second fails and does not share it', async () => {
  const port = await freePort();
  const first = await startCopy('first', port);
  try {
    await expect(startCopy('second', port)).rejects.toThrow(/Address already in use/);
  } finally {
    await first.stop();
  }
});
