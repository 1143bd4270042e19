import { expect, test } from '@jest/globals';
import { createHeaderDecoder } from './header-decoder.ts';
import { captureBlocks } from './testing/capture-blocks.ts';

const requestCount = 90;

/** Values that repeat, vary and evict, of all printable characters. */
function requestOf(at: number): Record<string, string> {
  const printable = Array.from({ length: 94 }, (_, code) => String.fromCharCode(33 + code)).join(
    '',
  );
  return {
    ':method': at % 3 === 0 ? 'GET' : 'POST',
    ':path': `/tollgate.test.v1.Service/Call${at % 7}`,
    ':scheme': 'http',
    ':authority': 'upstream.test',
    te: 'trailers',
    'content-type': 'application/grpc',
    'grpc-timeout': `${at % 5}m`,
    'x-request-id': `request-${at}-${printable}`,
    'x-long': printable.repeat(at % 9).slice(at),
    'x-empty': '',
  };
}

test.each([0, 100, 1_000, 4_096, 65_536])(
  'reads what the client of Node sends with a table of %i bytes',
  async (tableBytesMax) => {
    const requests = Array.from({ length: requestCount }, (_, at) => requestOf(at));
    const blocks = await captureBlocks(requests, tableBytesMax);
    // The client has the protocol's 4,096 first and says so when it goes below.
    const decoder = createHeaderDecoder({
      tableBytesMax: Math.max(4_096, tableBytesMax),
      listBytesMax: 65_536,
      fieldsMax: 100,
    });
    const lists = blocks.map((block) => decoder.decode(block).fields);
    expect(lists).toEqual(requests.map((request) => Object.entries(request).flat()));
  },
);
