import { connect } from 'node:http2';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { prefixed } from '../support/frames.ts';
import { paths, serve } from '../support/serve.ts';

const calls = 2_000;
const message = Buffer.from('well');
const same = (bytes: Buffer) => bytes;

test("2,000 calls that Node's client cancels at once cost only those calls", async () => {
  await using server = await serve();
  const session = connect(`http://${server.address}`);
  const closed = Promise.withResolvers<void>();
  session.once('close', () => closed.resolve());
  const open = (path: string) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    // Cancelling is an error of the stream, and what is meant here.
    stream.on('error', () => undefined);
    stream.end(prefixed(message));
    return stream;
  };
  const streams = Array.from({ length: calls }, () => open(paths.hang));
  await eventually({ withinMs: 20_000 }, () => server.stats().openCalls === calls);
  for (const stream of streams) stream.close(8);
  await eventually({ withinMs: 20_000 }, () => server.stats().openStreams === 0);
  const following = open(paths.echo);
  const status = new Promise((resolve) => {
    following.on('trailers', (trailers) => resolve(trailers['grpc-status']));
    following.resume();
  });
  expect(await status).toBe('0');
  expect(server.stats()).toMatchObject({ connections: 1, resets: calls, failures: 0 });
  expect(server.aborted.count).toBe(calls);
  session.close();
  await closed.promise;
});

test('2,000 calls that a gRPC client cancels at once cost only those calls', async () => {
  await using server = await serve();
  using opened = new DisposableStack();
  const client = new Client(server.address, credentials.createInsecure());
  opened.defer(() => client.close());
  const begin = (path: string) => {
    const outcome = Promise.withResolvers<number>();
    const one = client.makeUnaryRequest(path, same, same, message, (error: ServiceError | null) =>
      outcome.resolve(error?.code ?? 0),
    );
    return { cancel: () => one.cancel(), outcome: outcome.promise };
  };
  const many = Array.from({ length: calls }, () => begin(paths.hang));
  await eventually({ withinMs: 30_000 }, () => server.stats().openCalls === calls);
  for (const { cancel } of many) cancel();
  const codes = await Promise.all(many.map(({ outcome }) => outcome));
  expect(codes.every((code) => code === 1)).toBe(true);
  expect(await begin(paths.echo).outcome).toBe(0);
  await eventually({ withinMs: 20_000 }, () => server.stats().openStreams === 0);
  expect(server.stats()).toMatchObject({ connections: 1, resets: calls, failures: 0 });
});
