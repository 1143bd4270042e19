import { performance } from 'node:perf_hooks';
import { request, windowFrame } from '../support/frames.ts';
import { openPeer, type RawPeer } from '../support/raw-peer.ts';
import { paths } from '../support/serve.ts';

/** Streams have 31 bits; a connection is given up long before. */
const callsPerConnection = 200_000;
const message = Buffer.from('a small message of forty bytes, or so...');
const answerBytes = 100;

/**
 * Calls at full speed over `connections` connections, `together` calls each at a time, until
 * `untilMs` of the monotonic clock; connections are renewed now and then. Answers the number of calls.
 */
export async function runLoad(
  address: string,
  options: { connections: number; together: number; untilMs: number },
): Promise<number> {
  const { connections, together, untilMs } = options;
  const lanes = Array.from({ length: connections }, async () => {
    let count = 0;
    while (performance.now() < untilMs) count += await useConnection(address, together, untilMs);
    return count;
  });
  const counts = await Promise.all(lanes);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function useConnection(address: string, together: number, untilMs: number): Promise<number> {
  await using peer = await openPeer(address);
  let count = 0;
  while (count < callsPerConnection && performance.now() < untilMs) {
    await callTogether(peer, { firstId: 2 * count + 1, together });
    count += together;
  }
  return count;
}

async function callTogether(
  peer: RawPeer,
  { firstId, together }: { firstId: number; together: number },
): Promise<void> {
  const ids = Array.from({ length: together }, (_, index) => firstId + 2 * index);
  const path = (id: number) => (id % 4 === 1 ? paths.echo : paths.later);
  await peer.send(...ids.map((id) => request(id, path(id), message)));
  for (const id of ids) {
    const { fields, resetCode } = await peer.answer(id);
    if (fields.get('grpc-status') !== '0') throw new Error(`stream ${id}: reset ${resetCode}`);
  }
  peer.forget();
  await peer.send(windowFrame(0, together * answerBytes));
}
