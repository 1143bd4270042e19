import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { envoyFor } from './support/envoy.ts';
import { request, windowFrame } from './support/frames.ts';
import { openPeer } from './support/raw-peer.ts';
import { call, paths } from './support/serve.ts';

const calls = 2_000;
const message = Buffer.from('well');
const program = fileURLToPath(new URL('support/serve-process.ts', import.meta.url));

/** A server in a process of its own. */
async function serverProcess() {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    address: line.toString().trim(),
    pause: () => child.kill('SIGSTOP'),
    goOn: () => child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

test.each([50, 500])(
  'calls that Envoy cancels while the server is paused for %d ms cost only those calls',
  async (pauseMs) => {
    await using server = await serverProcess();
    await using envoy = await envoyFor(server.address, { hurried: paths.hang, timeoutMs: 20 });
    await using peer = await openPeer(envoy.address);
    await peer.send(windowFrame(0, 10_000_000));
    expect((await call(peer, 1)).toString()).toBe('well');

    const ids = Array.from({ length: calls }, (_, index) => 2 * index + 3);
    server.pause();
    await peer.send(...ids.map((id) => request(id, paths.hang, message)));
    // Not in a hurry: it must outlive the others.
    const patient = 2 * (calls + 1) + 1;
    await peer.send(request(patient, paths.later, message));
    // What is open is open during the whole pause; the pause itself is the subject.
    await eventually({ withinMs: 20_000 }, async () => {
      const stats = await envoy.stats();
      return (stats.get('upstream_rq_total') ?? 0) >= calls + 2;
    });
    await delay(pauseMs);
    server.goOn();
    for (const id of ids) await peer.answer(id);
    expect((await peer.answer(patient)).fields.get('grpc-status')).toBe('0');

    for (let index = 0; index < 100; index += 1) {
      const answer = await call(peer, 2 * (calls + 2 + index) + 1);
      expect(answer.toString()).toBe('well');
    }
    const stats = await envoy.stats();
    const counts = Object.fromEntries(
      [
        'upstream_cx_total',
        'upstream_cx_destroy',
        'upstream_cx_destroy_remote_with_active_rq',
        'upstream_rq_timeout',
        'upstream_rq_rx_reset',
        'upstream_rq_total',
      ].map((name) => [name, stats.get(name)]),
    );
    expect(counts).toEqual({
      upstream_cx_total: 1,
      upstream_cx_destroy: 0,
      upstream_cx_destroy_remote_with_active_rq: 0,
      upstream_rq_timeout: calls,
      upstream_rq_rx_reset: 0,
      upstream_rq_total: calls + 102,
    });
  },
);
