import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { describe, expect, test } from '@jest/globals';
import {
  AccessLogService,
  StreamAccessLogsMessageSchema,
} from '@tollgate/api/envoy/service/accesslog/v3/als';
import { RateLimitService } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { Health } from '@tollgate/api/grpc/health/v1/health';
import type { GrpcTransport } from '../config/envoy-listener.ts';
import { dependencyUnavailable } from '../errors/shared-failures.ts';
import { grpcFrame, rawRequest } from '../testing/raw-http2.ts';
import { testPlatform } from '../testing/test-platform.ts';
import { type GrpcService, grpcService } from './grpc-service.ts';
import { serveGrpc } from './serve-grpc.ts';

async function startOn(transport: GrpcTransport, services: GrpcService[]) {
  const platform = testPlatform();
  platform.health.markStarted();
  const envoy = { address: { host: '127.0.0.1', port: 0 }, transport };
  const server = await serveGrpc({ ...platform, envoy, services, drainTimeoutMs: 50 });
  const client = createGrpcTransport({
    baseUrl: `http://${server.address}`,
    idleConnectionTimeoutMs: 50,
  });
  return {
    platform,
    transport: client,
    address: server.address,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe.each(['unary-grpc', 'grpc-js'] as const)('over %s', (transport) => {
  const start = (...services: GrpcService[]) => startOn(transport, services);

  test('a unary method is answered, at once or later', async () => {
    await using system = await start(
      grpcService(RateLimitService, {
        shouldRateLimit: async ({ domain }, call) => ({
          rawBody: Buffer.from(`${domain} ${call.metadata('x-sample')}`),
        }),
      }),
    );
    const client = createClient(RateLimitService, system.transport);
    const answer = await client.shouldRateLimit(
      { domain: 'tollgate' },
      { headers: { 'x-sample': 'yes' } },
    );
    expect(Buffer.from(answer.rawBody).toString()).toBe('tollgate yes');
  });

  test('a client’s stream is read to its end, message by message', async () => {
    const names: (string | undefined)[] = [];
    await using system = await start(
      grpcService(AccessLogService, {
        streamAccessLogs: async (messages) => {
          for await (const message of messages) names.push(message.identifier?.logName);
          return {};
        },
      }),
    );
    const frames = ['a', 'b', 'c'].map((logName) =>
      grpcFrame(
        toBinary(
          StreamAccessLogsMessageSchema,
          create(StreamAccessLogsMessageSchema, { identifier: { logName } }),
        ),
      ),
    );
    const answer = await rawRequest({
      address: system.address,
      path: `/${AccessLogService.typeName}/StreamAccessLogs`,
      headers: { 'content-type': 'application/grpc', te: 'trailers' },
      body: Buffer.concat(frames),
    });
    expect(answer.trailers['grpc-status']).toBe('0');
    expect(names).toEqual(['a', 'b', 'c']);
  });

  test('a refusal is shown, a fault of ours is hidden and logged', async () => {
    const outage = dependencyUnavailable('redis', new Error('no route'));
    const errors = [new Error('the password is 1234'), outage];
    await using system = await start(
      grpcService(RateLimitService, {
        shouldRateLimit: () => {
          throw errors.shift() ?? new Error('no more');
        },
      }),
    );
    const client = createClient(RateLimitService, system.transport);
    const hidden = await client.shouldRateLimit({}).catch((error: unknown) => error);
    expect(hidden).toMatchObject({ code: Code.Internal });
    expect(String(hidden)).not.toContain('1234');
    expect(system.platform.lines).toMatchObject([{ error: { message: 'the password is 1234' } }]);
    const shown = await client.shouldRateLimit({}).catch((error: unknown) => error);
    expect(shown).toMatchObject({ code: Code.Unavailable });
    expect(String(shown)).not.toContain('no route');
    expect(system.platform.lines.slice(1)).toMatchObject([{ error: { message: 'no route' } }]);
  });

  test('an answer that cannot be written is a fault of ours, hidden and logged', async () => {
    await using system = await start(
      grpcService(RateLimitService, {
        shouldRateLimit: () => ({ statuses: [{ limitRemaining: -1 }] }),
      }),
    );
    const client = createClient(RateLimitService, system.transport);
    const error = await client.shouldRateLimit({}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: Code.Internal });
    expect(system.platform.lines).toHaveLength(1);
    expect(system.platform.lines).toMatchObject([{ msg: 'rpc failed' }]);
  });

  test('a method without work answers UNIMPLEMENTED, and health answers for the process', async () => {
    const service = grpcService(RateLimitService, { shouldRateLimit: () => ({}) });
    await using system = await start(service);
    const health = createClient(Health, system.transport);
    const watching = health.watch({})[Symbol.asyncIterator]().next();
    const error = await watching.catch((thrown: unknown) => thrown);
    expect(ConnectError.from(error).code).toBe(Code.Unimplemented);
    expect((await health.check({ service: RateLimitService.typeName })).status).toBe(1);
    const unknown = await health.check({ service: 'nobody' }).catch((thrown: unknown) => thrown);
    expect(ConnectError.from(unknown).code).toBe(Code.NotFound);
  });

  test('closing ends a stream that would never end by itself', async () => {
    const opened = Promise.withResolvers<void>();
    const system = await start(
      grpcService(AccessLogService, {
        streamAccessLogs: async (messages) => {
          for await (const message of messages) if (message.identifier) opened.resolve();
          return {};
        },
      }),
    );
    const client = createClient(AccessLogService, system.transport);
    const hold = new AbortController();
    const stream = client.streamAccessLogs(endless(hold.signal)).then(
      () => 'ended',
      () => 'cut',
    );
    await opened.promise;
    await system[Symbol.asyncDispose]();
    hold.abort();
    expect(await stream).toBe('cut');
  });
});

async function* endless(signal: AbortSignal) {
  yield { identifier: { logName: 'a' } };
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}
