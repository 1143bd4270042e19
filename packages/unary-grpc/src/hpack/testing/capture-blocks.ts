import { once } from 'node:events';
import { connect } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  clientPreface,
  createFrameReader,
  encodeFrame,
  encodeSettings,
  flag,
  frameType,
  setting,
} from '../../frames.ts';

/** What a HEADERS frame with a priority begins with. */
const priorityBytes = 5;

/**
 * The header blocks that Node's own HTTP/2 client sends for these requests on one connection, in
 * order. The peer announces a table of `tableBytesMax`.
 */
export async function captureBlocks(
  requests: readonly Record<string, string>[],
  tableBytesMax: number,
): Promise<Buffer[]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection');
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const [socket] = (await connected) as [Socket];
    // Sent before the client's first request, so that all of its blocks know the size.
    const announced = once(client, 'remoteSettings');
    const settings = encodeSettings([{ id: setting.headerTableBytes, value: tableBytesMax }]);
    socket.write(encodeFrame(frameType.settings, {}, settings));
    const blocks = readBlocks(socket, requests.length);
    await announced;
    for (const request of requests) client.request(request).on('error', () => {});
    return await blocks;
  } finally {
    client.destroy();
    server.close();
  }
}

async function readBlocks(socket: Socket, count: number): Promise<Buffer[]> {
  const blocks: Buffer[] = [];
  let parts: Buffer[] = [];
  const reader = createFrameReader(({ type, flags }, bytes, start, end) => {
    if (type !== frameType.headers && type !== frameType.continuation) return;
    const hasPriority = type === frameType.headers && (flags & flag.priority) !== 0;
    parts.push(Buffer.from(bytes.subarray(start + (hasPriority ? priorityBytes : 0), end)));
    if ((flags & flag.endHeaders) === 0) return;
    blocks.push(Buffer.concat(parts));
    parts = [];
  });
  let prefaceLeft = clientPreface.length;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    const skipped = Math.min(prefaceLeft, bytes.length);
    prefaceLeft -= skipped;
    reader.push(bytes.subarray(skipped));
    if (blocks.length >= count) return blocks;
  }
  throw new Error('the client closed before its last request');
}
