import type { lookup } from 'node:dns';
import { expect, test } from '@jest/globals';
import { fakeHttpTarget } from '@tollgate/testkit';
import { webhookSender } from '../src/deliveries/send-webhook.ts';

const message = { headers: {}, body: '{}', signal: new AbortController().signal };
const strict = { allowPrivateTargets: false, timeoutMs: 2_000 };

/** A name server that gives these answers one after the other, and the last one for ever. */
function resolverOf(...answers: string[][]) {
  const left = [...answers];
  return ((_host: string, _options: object, answer: Answer) => {
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof lookup;
}
type Answer = (error: null, addresses: { address: string; family: number }[]) => void;

test.each([
  [['127.0.0.1']],
  [['10.0.0.7']],
  [['169.254.169.254']],
  [['::ffff:127.0.0.1']],
  // One public address does not excuse the private one beside it.
  [['192.0.2.1', '127.0.0.1']],
])('a public name that stands for %j is not called', async (addresses) => {
  await using target = await fakeHttpTarget();
  await using sender = webhookSender({ ...strict, resolve: resolverOf(addresses) });
  const url = `http://hooks.example.com:${target.port}/`;
  const outcome = await sender.send({ ...message, url });
  expect(outcome).toMatchObject({
    kind: 'failed',
    cause: expect.stringMatching(/refused: it is an? \w+ address/),
  });
  expect(target.requests).toEqual([]);
});

test('a name is resolved once: what it stands for afterwards is not called', async () => {
  await using target = await fakeHttpTarget();
  // Not reachable, but allowed; a second look would find the target.
  const resolve = resolverOf(['203.0.113.1'], ['127.0.0.1']);
  await using sender = webhookSender({ allowPrivateTargets: true, timeoutMs: 300, resolve });
  const url = `http://hooks.example.com:${target.port}/`;
  expect(await sender.send({ ...message, url })).toMatchObject({ kind: 'failed' });
  expect(target.requests).toEqual([]);
});

test('the target sees its own name, wherever it runs', async () => {
  await using target = await fakeHttpTarget();
  const resolve = resolverOf(['127.0.0.1']);
  await using sender = webhookSender({ allowPrivateTargets: true, timeoutMs: 2_000, resolve });
  const url = `http://hooks.example.com:${target.port}/path?query=1`;
  expect(await sender.send({ ...message, url })).toEqual({ kind: 'answered', statusCode: 200 });
  expect(target.requests[0]).toMatchObject({
    path: '/path?query=1',
    headers: { host: `hooks.example.com:${target.port}` },
  });
});

test('an answer of any length is an answer', async () => {
  await using target = await fakeHttpTarget({ status: 200, body: 'x'.repeat(5_000_000) });
  await using sender = webhookSender({ allowPrivateTargets: true, timeoutMs: 2_000 });
  const outcome = await sender.send({ ...message, url: target.url });
  expect(outcome).toEqual({ kind: 'answered', statusCode: 200 });
});
