import { once } from 'node:events';
import { connect } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const headersFrame = 1;
const settingsFrame = 4;
const continuationFrame = 9;

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
    socket.write(settings(tableBytesMax));
    const blocks = readBlocks(socket, requests.length);
    await announced;
    for (const request of requests) client.request(request).on('error', () => {});
    return await blocks;
  } finally {
    client.destroy();
    server.close();
  }
}

function settings(tableBytesMax: number): Buffer {
  const frame = Buffer.alloc(9 + 6);
  frame.writeUIntBE(6, 0, 3);
  frame.writeUInt8(settingsFrame, 3);
  frame.writeUInt16BE(1, 9);
  frame.writeUInt32BE(tableBytesMax, 11);
  return frame;
}

async function readBlocks(socket: Socket, count: number): Promise<Buffer[]> {
  const blocks: Buffer[] = [];
  let parts: Buffer[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  let isPrefaceRead = false;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (!isPrefaceRead && bytes.length >= 24) {
      bytes = bytes.subarray(24);
      isPrefaceRead = true;
    }
    while (isPrefaceRead && bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
      const end = 9 + bytes.readUIntBE(0, 3);
      const [type, flags] = [bytes[3], bytes[4] as number];
      const payload = bytes.subarray(9, end);
      bytes = bytes.subarray(end);
      if (type !== headersFrame && type !== continuationFrame) continue;
      const hasPriority = type === headersFrame && (flags & 0x20) !== 0;
      parts.push(payload.subarray(hasPriority ? 5 : 0));
      if ((flags & 0x04) === 0) continue;
      blocks.push(Buffer.concat(parts));
      parts = [];
    }
    if (blocks.length >= count) return blocks;
  }
  throw new Error('the client closed before its last request');
}
