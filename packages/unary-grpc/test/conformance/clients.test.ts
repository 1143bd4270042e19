import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureTool } from '@tollgate/servers/tools';
import {
  type CallRequest,
  connectClient,
  type GoProcess,
  grpcJsClient,
  type Outcome,
  startGoProcess,
  type TestClient,
} from './clients.ts';
import { createSample } from './sample.ts';
import { type ServerName, servers } from './servers.ts';

let go: GoProcess;
beforeAll(async () => {
  go = startGoProcess(await ensureTool('grpc-client'));
}, 600_000);
afterAll(async () => {
  await go[Symbol.asyncDispose]();
});

const clients: Record<string, (address: string) => TestClient> = {
  'grpc-js': grpcJsClient,
  Connect: connectClient,
  Go: (address) => go.client(address),
};
const pairs = (Object.keys(servers) as ServerName[]).flatMap((server) =>
  Object.keys(clients).map((client) => ({ server, client })),
);

async function start({ server, client }: { server: ServerName; client: string }) {
  const sample = createSample();
  const running = await servers[server](sample.methods);
  const caller = clients[client]?.(running.address);
  if (!caller) throw new Error(`There is no client ${client}`);
  const call = (method: string, payload: string | Uint8Array, more: Partial<CallRequest> = {}) =>
    caller.call({ method: `Sample/${method}`, payloads: [Buffer.from(payload)], ...more });
  return {
    sample,
    running,
    caller,
    call,
    async [Symbol.asyncDispose]() {
      sample.release();
      caller.close();
      await running[Symbol.asyncDispose]();
    },
  };
}

/**
 * A call that was on its way when the end was announced is answered; the one after is not. Go's own
 * server behaves so, too: until the caller has heard, refusing would be an error for nothing.
 */
async function firstRefused(call: () => Promise<Outcome>): Promise<Outcome> {
  for (;;) {
    const outcome = await call();
    if (outcome.code !== 0) return outcome;
    expect(textOf(outcome.payload)).toBe('late');
  }
}

/**
 * UNAVAILABLE; from either server Connect makes INTERNAL of a refused connection or stream here,
 * because it knows Node's errors by `instanceof`, which fails inside Jest.
 */
function refusals({ client }: { client: string }): number[] {
  return client === 'Connect' ? [13, 14] : [14];
}

const textOf = (payload: Uint8Array | undefined) => payload && Buffer.from(payload).toString();
const digestOf = (bytes: Uint8Array | undefined) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');

describe.each(pairs)('$server called by $client', (pair) => {
  test.each([0, 1, 1_000, 16_384, 65_536, 1_048_576, 3_000_000])(
    'a message of %i bytes comes back as it was sent',
    async (length) => {
      await using system = await start(pair);
      const payload = Buffer.alloc(length, 'Tollgate, ');
      const { code, payload: answer } = await system.call('Echo', payload);
      expect({ code, length: answer?.length }).toEqual({ code: 0, length });
      expect(digestOf(answer)).toBe(digestOf(payload));
    },
  );

  test('metadata reach the handler: text, bytes, repeated, absent', async () => {
    await using system = await start(pair);
    const bytes = Buffer.from([0, 255, 128, 7]).toString('base64');
    const { payload } = await system.call(
      'Metadata',
      JSON.stringify(['x-text', 'x-bytes-bin', 'x-many', 'x-absent']),
      {
        metadata: [
          ['x-text', 'plain ~ text'],
          ['x-bytes-bin', bytes],
          ['x-many', 'one'],
          ['x-many', 'two'],
        ],
      },
    );
    const [text, binary, many, absent] = JSON.parse(textOf(payload) ?? '');
    expect(text).toBe('plain ~ text');
    expect(Buffer.from(binary, 'base64')).toEqual(Buffer.from(bytes, 'base64'));
    // HTTP/2 has the values apart; the space after a joining comma means nothing (RFC 9110, 5.3).
    expect(many.split(/, ?/)).toEqual(['one', 'two']);
    expect(absent).toBeNull();
  });

  test.each(Array.from({ length: 16 }, (_, index) => index + 1))(
    'status %i arrives with its message, whatever it is written in',
    async (code) => {
      await using system = await start(pair);
      const message = `100% “größer” 限 🚧 of ${code}`;
      const outcome = await system.call('Fail', JSON.stringify({ code, text: message }));
      expect(outcome).toEqual({ code, message, payload: undefined });
    },
  );

  test('of an error that is none of gRPC nothing is told', async () => {
    await using system = await start(pair);
    const outcome = await system.call('Throw', '');
    expect(outcome).toEqual({ code: 2, message: 'Unknown error', payload: undefined });
  });

  test('a method and a service that nobody serves are UNIMPLEMENTED', async () => {
    await using system = await start(pair);
    expect((await system.call('Missing', '')).code).toBe(12);
    const nobody = await system.caller.call({ method: 'Nobody/Echo', payloads: [Buffer.alloc(0)] });
    expect(nobody.code).toBe(12);
    expect((await system.call('Echo', 'still served')).code).toBe(0);
  });

  test('a message too large is RESOURCE_EXHAUSTED, and costs no other call', async () => {
    await using system = await start(pair);
    const held = system.call('Hold', 'held');
    await system.sample.held(1);
    expect((await system.call('Echo', new Uint8Array(4_194_400))).code).toBe(8);
    system.sample.release();
    expect(textOf((await held).payload)).toBe('held');
  });

  test('a deadline ends the call for both sides', async () => {
    await using system = await start(pair);
    const outcome = await system.call('Hold', '', { timeoutMs: 250 });
    expect(outcome.code).toBe(4);
    await system.sample.held(1);
    await system.sample.aborted;
  });

  test('a deadline far away does no harm', async () => {
    await using system = await start(pair);
    const outcome = await system.call('Echo', 'in time', { timeoutMs: 90_000_000 });
    expect(textOf(outcome.payload)).toBe('in time');
  });

  test('giving up a call aborts its handler', async () => {
    await using system = await start(pair);
    const giveUp = new AbortController();
    const outcome = system.call('Hold', '', { signal: giveUp.signal });
    await system.sample.held(1);
    giveUp.abort();
    expect((await outcome).code).toBe(1);
    await system.sample.aborted;
    expect((await system.call('Echo', 'still connected')).code).toBe(0);
  });

  test('a thousand calls at once are each answered with their own', async () => {
    await using system = await start(pair);
    const calls = Array.from({ length: 1_000 }, (_, index) => system.call('Hold', `call ${index}`));
    await system.sample.held(1_000);
    system.sample.release();
    const answers = await Promise.all(calls);
    expect(answers.map(({ payload }) => textOf(payload))).toEqual(
      answers.map((_, index) => `call ${index}`),
    );
  });

  test('a drain lets open calls end, and takes no new ones', async () => {
    await using system = await start(pair);
    const open = Array.from({ length: 20 }, (_, index) => system.call('Hold', `call ${index}`));
    await system.sample.held(20);
    const drained = system.running[Symbol.asyncDispose]();
    const late = await firstRefused(() => system.call('Echo', 'late', { timeoutMs: 5_000 }));
    expect(refusals(pair)).toContain(late.code);
    system.sample.release();
    const answers = await Promise.all(open);
    expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 0));
    system.caller.close();
    await drained;
  });

  test.each([0, 1, 3, 2_000])('a stream of %i messages is read to its end', async (count) => {
    await using system = await start(pair);
    const payloads = Array.from({ length: count }, (_, index) => new Uint8Array(index));
    const { code, payload } = await system.call('Count', '', { payloads });
    const bytes = (count * (count - 1)) / 2;
    expect({ code, told: textOf(payload) }).toEqual({ code: 0, told: `[${count},${bytes}]` });
  });

  test('a handler may answer before the stream has ended', async () => {
    await using system = await start(pair);
    const payloads = [Buffer.from('first'), Buffer.from('second')];
    const { code, payload } = await system.call('First', '', { payloads, isLeftOpen: true });
    expect({ code, told: textOf(payload) }).toEqual({ code: 0, told: 'first' });
    expect((await system.call('Echo', 'still connected')).code).toBe(0);
  });

  test('a stream that is given up aborts its handler', async () => {
    await using system = await start(pair);
    const giveUp = new AbortController();
    const payloads = [Buffer.from('first')];
    const more = { payloads, isLeftOpen: true, signal: giveUp.signal };
    const outcome = system.call('Read', '', more);
    await system.sample.held(1);
    giveUp.abort();
    expect((await outcome).code).toBe(1);
    await system.sample.aborted;
  });
});
