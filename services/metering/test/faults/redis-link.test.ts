import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OwnServer, ownRedis } from '@tollgate/testkit';
import { redisEndpoint } from '../../src/counters/redis-endpoint.ts';
import { openRedisLink, type WriteCommand } from '../../src/counters/redis-link.ts';
import { createReplyParser } from '../../src/counters/reply-parser.ts';
import { openLink } from '../support/link.ts';

let server: OwnServer;
beforeAll(async () => {
  server = await ownRedis();
});
afterAll(async () => server?.[Symbol.asyncDispose]());

const ping: WriteCommand = (writer) => {
  writer.begin(1);
  writer.text('PING');
  return writer.end();
};

test('a peer that does not answer is given up, however much it is asked, and connected anew', async () => {
  await using way = await openLink(server.url);
  const downs: string[] = [];
  let ready = Promise.withResolvers<void>();
  await using link = openRedisLink({
    endpoint: async () => redisEndpoint(way.url),
    name: 'test',
    onReady: () => ready.resolve(),
    onDown: (cause) => downs.push(cause),
  });
  await ready.promise;
  way.loseAnswers();
  const asked: Promise<string>[] = [];
  const asking = setInterval(() => {
    try {
      asked.push(
        new Promise((resolve) => {
          link.send(ping, (error, reply) => resolve(error?.message ?? String(reply)));
        }),
      );
    } catch {
      clearInterval(asking);
    }
  }, 200);
  try {
    const first = new Promise<string>((resolve) => {
      link.send(ping, (error, reply) => resolve(error?.message ?? String(reply)));
    });
    expect(await first).toBe('Redis is silent');
  } finally {
    clearInterval(asking);
  }
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['Redis is silent']));
  expect(downs).toContain('Redis is silent');
  ready = Promise.withResolvers<void>();
  way.mend();
  await ready.promise;
  const answer = new Promise((resolve) => link.send(ping, (_, reply) => resolve(String(reply))));
  expect(await answer).toBe('PONG');
});

test('replies are the same, wherever their bytes are cut', () => {
  const bytes = Buffer.from('+OK\r\n$5\r\na\r\nbc\r\n:7\r\n-NOSCRIPT gone\r\n$0\r\n\r\n$-1\r\n');
  const read = (cuts: readonly number[]) => {
    const said: (string | undefined)[] = [];
    const parse = createReplyParser((error, reply) => {
      said.push(error ? `error ${error.message}` : reply?.toString('latin1'));
    });
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      const part = Buffer.from(bytes.subarray(from, cut));
      parse(part, part.length);
      from = cut;
    }
    return said;
  };
  const whole = ['OK', 'a\r\nbc', '7', 'error NOSCRIPT gone', '', undefined];
  expect(read([])).toEqual(whole);
  for (let first = 1; first < bytes.length; first += 1) {
    for (let second = first; second < bytes.length; second += 1) {
      expect(read([first, second])).toEqual(whole);
    }
  }
});
