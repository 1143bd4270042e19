import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import * as frames from '../../test/support/frames.ts';
import { openPeer } from '../../test/support/raw-peer.ts';
import { defaultLimits } from '../limits.ts';
import type { Connection } from './connection.ts';
import { openConnection } from './open-connection.ts';
import { errorCode, setting } from './protocol.ts';
import { resetId, sendAnswer } from './send.ts';

const body = { head: new Uint8Array(0), bytes: Buffer.alloc(1_000, 'x') };
const headers = { fields: [[':status', '200'] as const], isRepeated: true };

/** Counts how often a set or a map is walked, of one that stays the same. */
function countWalks(walked: Set<unknown> | Map<unknown, unknown>): { count: number } {
  const walks = { count: 0 };
  for (const name of ['keys', 'values', Symbol.iterator] as const) {
    const walk = walked[name].bind(walked);
    Object.defineProperty(walked, name, {
      value: () => {
        walks.count += 1;
        return walk();
      },
    });
  }
  return walks;
}

test('windows that change touch no stream that they cannot help', async () => {
  const connections: Connection[] = [];
  const server = createServer((socket) => {
    const connection = openConnection(socket, {
      limits: defaultLimits,
      counts: {
        connections: 0,
        connectionRefusals: 0,
        streams: 0,
        resets: 0,
        refusals: 0,
        failures: 0,
      },
      nowMs: () => performance.now(),
      onFailure: () => undefined,
      events: {
        onRequest: () => undefined,
        onData: (stream) => sendAnswer(stream, { headers, body }),
        onAbort: () => undefined,
      },
    });
    connections.push(connection);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  {
    await using peer = await openPeer(`127.0.0.1:${port}`, [[setting.initialWindowBytes, 0]]);
    const ids = Array.from({ length: 500 }, (_, index) => 2 * index + 1);
    await peer.send(...ids.map((id) => frames.request(id, '/any', Buffer.alloc(1))));
    await peer.frame(({ type, streamId }) => type === 1 && streamId === 999);
    const [connection] = connections as [Connection];
    expect([connection.blocked.size, connection.ready.size]).toEqual([500, 0]);
    const streams = countWalks(connection.streams);
    const blocked = countWalks(connection.blocked);
    const updates = Array<Buffer>(1_000).fill(frames.windowFrame(0, 1));
    const smaller = Array<Buffer>(1_000).fill(frames.settingsFrame([4, 0]));
    await peer.send(...updates, ...smaller, frames.settingsFrame([4, 10_000]));
    await peer.frame(({ type, flags, streamId }) => type === 0 && flags === 1 && streamId === 1);
    expect([streams.count, blocked.count]).toEqual([0, 1]);
  }
  server.close();
  await once(server, 'close');
});

test('of reset streams at least the last 200 are remembered, at most 400, and few walks find room', () => {
  const resetIds = new Map<number, number>();
  const walks = countWalks(resetIds);
  const connection = {
    resetIds,
    options: { limits: { ...defaultLimits, streamsMax: 100 } },
    output: { frame: () => undefined },
  } as unknown as Connection;
  for (let reset = 1; reset <= 10_000; reset += 1) {
    resetId(connection, 2 * reset - 1, errorCode.cancel);
    expect(resetIds.size).toBeLessThanOrEqual(400);
    if (reset > 200) expect(resetIds.has(2 * (reset - 200) + 1)).toBe(true);
  }
  expect(walks.count).toBeLessThan(200);
});
