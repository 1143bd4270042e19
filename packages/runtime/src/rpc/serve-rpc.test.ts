import { once } from 'node:events';
import { connect } from 'node:net';
import {
  create,
  type DescMethod,
  type DescMethodUnary,
  type DescService,
  fromJson,
} from '@bufbuild/protobuf';
import { TimestampSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { describe, expect, test } from '@jest/globals';
import { rpcName } from '@tollgate/api';
import { BadRequestSchema, ErrorInfoSchema } from '@tollgate/api/google/rpc/error_details';
import { Health } from '@tollgate/api/grpc/health/v1/health';
import {
  AuthService,
  CreateApiKeyRequestSchema,
} from '@tollgate/api/tollgate/auth/v1/auth_service';
import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import {
  GetUsageRequestSchema,
  MeteringService,
} from '@tollgate/api/tollgate/metering/v1/metering_service';
import { failure, reasonOf } from '../errors/failure.ts';
import { notFound } from '../errors/shared-failures.ts';
import type { PrincipalClaims } from '../identity/service-identity.ts';
import { grpcFrame, rawRequest } from '../testing/raw-http2.ts';
import { testPlatform } from '../testing/test-platform.ts';
import { handler, type RpcHandler } from './handler.ts';
import { internalClient } from './internal-client.ts';
import { serveRpc } from './serve-rpc.ts';

/** More than a message may have. */
const tooLarge = fromJson(GetUsageRequestSchema, { meter: 'x'.repeat(1_100_000) });

/** A question that another service may ask. */
const ownUsage = { environment: 'live', meter: 'requests' } as const;

const viewer = {
  kind: 'user',
  subject: 'usr_1',
  tenantId: 'ten_00000000000000000000000001',
  environment: 'live',
  role: 'viewer',
} as const satisfies PrincipalClaims;
const owner = { ...viewer, role: 'owner' } as const;
const getUsage = '/tollgate.metering.v1.MeteringService/GetUsage';

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary';
}

/** Every method of a service, answered with an empty message but for the given ones. */
function handlersOf(service: DescService, given: RpcHandler[] = []): RpcHandler[] {
  const names = given.map((it) => rpcName(it.method));
  const others = service.methods.filter(isUnary).filter((it) => !names.includes(rpcName(it)));
  return [...given, ...others.map((method) => handler(method, async () => ({})))];
}

async function startServer(...handlers: RpcHandler[]) {
  const platform = testPlatform();
  platform.health.markStarted();
  const own = handlers.length > 0 ? handlers : handlersOf(MeteringService);
  const server = await serveRpc({
    ...platform,
    address: { host: '127.0.0.1', port: 0 },
    handlers: own,
  });
  const baseUrl = `http://${server.address}`;
  const tokenOf = (claims: PrincipalClaims) => platform.identity('auth').signPrincipalToken(claims);
  const idleConnectionTimeoutMs = 50;
  return {
    platform,
    server,
    baseUrl,
    as: async (claims: PrincipalClaims) => ({
      headers: { 'x-tollgate-token': await tokenOf(claims) },
    }),
    transports: {
      grpc: createGrpcTransport({ baseUrl, idleConnectionTimeoutMs }),
      grpcWeb: createGrpcWebTransport({ baseUrl, httpVersion: '2', idleConnectionTimeoutMs }),
      connect: createConnectTransport({
        baseUrl,
        httpVersion: '2',
        useBinaryFormat: false,
        idleConnectionTimeoutMs,
      }),
    } satisfies Record<string, Transport>,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function refusalOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectError)) throw new Error('The call was not refused.');
  return error;
}

async function connectTo(address: string): Promise<void> {
  const { hostname, port } = new URL(`http://${address}`);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.destroy();
}

const protocols = ['grpc', 'grpcWeb', 'connect'] as const;

describe.each(protocols)('over %s', (protocol) => {
  test('a permitted caller is answered, and its request id comes back', async () => {
    await using system = await startServer(
      ...handlersOf(MeteringService, [
        handler(MeteringService.method.getUsage, async ({ meter }, call) => ({
          data: [{ keyId: `${meter} of ${call.tenantId}` }],
        })),
      ]),
    );
    const client = createClient(MeteringService, system.transports[protocol]);
    const { headers } = await system.as(viewer);
    let requestId: string | null = null;
    const answer = await client.getUsage(
      { meter: 'requests' },
      {
        headers: { ...headers, 'x-request-id': 'req-7' },
        onHeader: (header) => {
          requestId = header.get('x-request-id');
        },
      },
    );
    expect(answer.data[0]?.keyId).toBe(`requests of ${viewer.tenantId}`);
    expect(requestId).toBe('req-7');
  });

  test('without a token an RPC that is not public answers CREDENTIAL_MISSING', async () => {
    await using system = await startServer();
    const client = createClient(MeteringService, system.transports[protocol]);
    const error = await refusalOf(client.getUsage({}));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(reasonOf(error)).toBe('CREDENTIAL_MISSING');
    const [info] = error.findDetails(ErrorInfoSchema);
    expect(info?.metadata['request_id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('all violations come at once, with proto field names', async () => {
    await using system = await startServer();
    const client = createClient(MeteringService, system.transports[protocol]);
    const wrong = { meter: 'nonsense', group_by: 'nothing', window: 'week' };
    const input = fromJson(GetUsageRequestSchema, wrong);
    const error = await refusalOf(client.getUsage(input, await system.as(viewer)));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(reasonOf(error)).toBe('INVALID_INPUT');
    const [badRequest] = error.findDetails(BadRequestSchema);
    const fields = badRequest?.fieldViolations.map((violation) => violation.field);
    expect(fields).toEqual(['meter', 'group_by', 'window']);
    const descriptions = badRequest?.fieldViolations.map(({ description }) => description);
    expect(descriptions).toEqual([
      'must be requests',
      'must be key',
      'must be one of hour, day, month',
    ]);
  });

  test('a fault of ours is hidden from the caller and logged once with the request id', async () => {
    await using system = await startServer(
      ...handlersOf(MeteringService, [
        handler(MeteringService.method.getUsage, async () => {
          throw new TypeError('the password is 1234');
        }),
      ]),
    );
    const client = createClient(MeteringService, system.transports[protocol]);
    const error = await refusalOf(client.getUsage({}, await system.as(viewer)));
    expect(error.code).toBe(Code.Internal);
    expect(reasonOf(error)).toBe('INTERNAL');
    expect(error.message).not.toContain('1234');
    const [info] = error.findDetails(ErrorInfoSchema);
    const logged = system.platform.lines.filter((line) => line['level'] === 'error');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({
      requestId: info?.metadata['request_id'],
      error: { message: 'the password is 1234' },
    });
  });

  test('a refusal by the handler keeps its code, reason and facts', async () => {
    await using system = await startServer(
      ...handlersOf(MeteringService, [
        handler(MeteringService.method.getUsage, async () => {
          throw notFound('meter', 'm1');
        }),
      ]),
    );
    const client = createClient(MeteringService, system.transports[protocol]);
    const error = await refusalOf(client.getUsage({}, await system.as(viewer)));
    expect(error.code).toBe(Code.NotFound);
    expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({
      reason: 'NOT_FOUND',
      domain: 'tollgate.dev',
      metadata: { kind: 'meter', id: 'm1' },
    });
  });

  test('a refusal that knows when a retry may succeed says so in a header, in whole seconds', async () => {
    const refuse = failure('RATE_LIMITED', Code.ResourceExhausted, () => ({
      message: 'Wait.',
      retryAfterMs: 1_200,
    }));
    await using system = await startServer(
      ...handlersOf(MeteringService, [
        handler(MeteringService.method.getUsage, () => Promise.reject(refuse())),
      ]),
    );
    const client = createClient(MeteringService, system.transports[protocol]);
    const error = await refusalOf(client.getUsage({}, await system.as(viewer)));
    expect(error.metadata.get('retry-after')).toBe('2');
  });

  test('a message larger than the limit is refused as invalid input', async () => {
    await using system = await startServer();
    const client = createClient(MeteringService, system.transports[protocol]);
    const error = await refusalOf(client.getUsage(tooLarge, await system.as(viewer)));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(reasonOf(error)).toBe('INVALID_INPUT');
  });
});

const broken = {
  'truncated protobuf': Buffer.from([0x1a, 0x7f, 0x61]),
  'invalid UTF-8': Buffer.from([0x1a, 0x02, 0xff, 0xfe]),
  'an overlong varint': Buffer.alloc(12, 0xff),
  'groups nested 200 deep': Buffer.alloc(200, 0x7b),
};

describe.each(Object.entries(broken))('%s', (_name, body) => {
  test.each([
    ['application/grpc', grpcFrame(body)],
    ['application/grpc-web', grpcFrame(body)],
    ['application/proto', body],
  ])('as %s is the sender’s fault, not ours', async (contentType, bytes) => {
    await using system = await startServer();
    const { headers } = await system.as(viewer);
    const answer = await rawRequest({
      address: system.server.address,
      path: getUsage,
      headers: { ...headers, 'content-type': contentType, te: 'trailers' },
      body: bytes,
    });
    const text = answer.body.toString();
    if (contentType === 'application/grpc') expect(answer.trailers['grpc-status']).toBe('3');
    else if (contentType === 'application/grpc-web') expect(text).toContain('grpc-status: 3');
    else expect(JSON.parse(text)).toMatchObject({ code: 'invalid_argument' });
    expect(system.platform.lines.filter((line) => line['level'] === 'error')).toEqual([]);
  });
});

test.each([
  ['no JSON', '{"meter":'],
  ['an unknown field', '{"metre":"requests"}'],
  ['a wrong type', '{"meter":7}'],
  ['a field twice', '{"meter":"requests","meter":"requests"}'],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ['a lone surrogate', '{"meter":"\\ud800"}'],
  ['deep nesting', `{"start":${'['.repeat(100_000)}`],
])('JSON with %s answers 400 with a reason', async (_name, body) => {
  await using system = await startServer();
  const { headers } = await system.as(viewer);
  const answer = await rawRequest({
    address: system.server.address,
    path: getUsage,
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body.toString())).toMatchObject({
    code: 'invalid_argument',
    details: expect.arrayContaining([
      expect.objectContaining({
        type: 'google.rpc.ErrorInfo',
        debug: expect.objectContaining({ reason: 'INVALID_INPUT' }),
      }),
    ]),
  });
});

test('texts and times that nobody can store are violations like any other', async () => {
  await using system = await startServer(...handlersOf(AuthService));
  const client = createClient(AuthService, system.transports.grpc);
  const wrong = { name: 'a\0b', scopes: ['fine', '\0'], environment: 'neither' };
  const input = fromJson(CreateApiKeyRequestSchema, wrong);
  input.expiresAt = create(TimestampSchema, { seconds: 253_402_300_800n });
  const error = await refusalOf(client.createApiKey(input, await system.as(owner)));
  expect(reasonOf(error)).toBe('INVALID_INPUT');
  const [badRequest] = error.findDetails(BadRequestSchema);
  const fields = badRequest?.fieldViolations.map((violation) => violation.field);
  expect(fields).toEqual(['name', 'scopes[1]', 'expires_at', 'environment']);
});

test('JSON answers use proto field names and show zero values', async () => {
  await using system = await startServer();
  const { headers } = await system.as(viewer);
  const answer = await rawRequest({
    address: system.server.address,
    path: '/tollgate.metering.v1.MeteringService/GetRateLimit',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(JSON.parse(answer.body.toString())).toMatchObject({ requests_remaining: '0', limits: [] });
});

test('a refused caller’s body is never read', async () => {
  await using system = await startServer();
  const answer = await rawRequest({
    address: system.server.address,
    path: getUsage,
    headers: { 'content-type': 'application/json' },
    body: '{"meter":',
  });
  expect(answer.status).toBe(401);
});

test('a role without the permission is refused, and so is a user at an internal RPC', async () => {
  await using system = await startServer(
    ...handlersOf(MeteringInternalService),
    ...handlersOf(AuthService),
  );
  const auth = createClient(AuthService, system.transports.grpc);
  const internal = createClient(MeteringInternalService, system.transports.grpc);
  const asOwner = await system.as(owner);

  const created = await refusalOf(auth.createApiKey({ name: 'a' }, await system.as(viewer)));
  expect(reasonOf(created)).toBe('PERMISSION_DENIED');
  const read = await refusalOf(internal.getBillableUsage({}, asOwner));
  expect(reasonOf(read)).toBe('PERMISSION_DENIED');
  await expect(auth.createApiKey({ name: 'a' }, asOwner)).resolves.toBeDefined();
});

test('an API key can do what its scopes say and nothing else', async () => {
  await using system = await startServer(...handlersOf(MeteringService));
  const client = createClient(MeteringService, system.transports.grpc);
  const permissions = ['metering.usage.read', 'metering.internal'];
  const key: PrincipalClaims = { ...viewer, kind: 'api_key', keyId: 'key_1', permissions };
  const headers = await system.as(key);
  await expect(client.getUsage({}, headers)).resolves.toBeDefined();
  expect(reasonOf(await refusalOf(client.getRateLimit({}, headers)))).toBe('PERMISSION_DENIED');
});

test('a public RPC is open to anybody, but a bad token is refused there too', async () => {
  await using system = await startServer(...handlersOf(AuthService));
  const client = createClient(AuthService, system.transports.connect);
  const login = { email: 'a@example.com', password: 'secret' };
  await expect(client.login(login)).resolves.toBeDefined();
  const error = await refusalOf(
    client.login(login, { headers: { 'x-tollgate-token': 'nonsense' } }),
  );
  expect(reasonOf(error)).toBe('CREDENTIAL_INVALID');
});

test('a call without a tenant that needs one is refused, not failed', async () => {
  await using system = await startServer(
    ...handlersOf(AuthService, [
      handler(AuthService.method.login, async (_input, call) => ({ tenantId: call.tenantId })),
    ]),
  );
  const client = createClient(AuthService, system.transports.grpc);
  const error = await refusalOf(client.login({ email: 'a@example.com', password: 'secret' }));
  expect(reasonOf(error)).toBe('PERMISSION_DENIED');
});

test('the input hash differs by input, method, tenant and user, and by nothing else', async () => {
  const hashes: string[] = [];
  const note = async (_input: unknown, call: { inputHash: string }) => {
    hashes.push(call.inputHash);
    return {};
  };
  await using system = await startServer(
    handler(MeteringService.method.getUsage, note),
    handler(MeteringService.method.getRateLimit, note),
  );
  const client = createClient(MeteringService, system.transports.grpc);
  const json = createClient(MeteringService, system.transports.connect);
  const as = await system.as(viewer);
  await client.getUsage({ window: 'day' }, as);
  await json.getUsage({ window: 'day' }, await system.as({ ...viewer, sessionId: 'ses_2' }));
  expect(hashes[0]).toBe(hashes[1]);
  await client.getUsage({ window: 'hour' }, as);
  await client.getRateLimit({}, as);
  await client.getUsage({ window: 'day' }, await system.as({ ...viewer, subject: 'usr_2' }));
  await client.getUsage({ window: 'day' }, await system.as({ ...viewer, environment: 'test' }));
  expect(new Set(hashes).size).toBe(5);
});

test('an idempotency key that is no visible ASCII text is refused', async () => {
  await using system = await startServer();
  const client = createClient(MeteringService, system.transports.grpc);
  const { headers } = await system.as(viewer);
  const long = { headers: { ...headers, 'idempotency-key': 'x'.repeat(256) } };
  expect(reasonOf(await refusalOf(client.getUsage({}, long)))).toBe('INVALID_INPUT');
});

test('a driver’s error becomes a conflict or an outage, never an internal error', async () => {
  const thrown = { code: '23505' };
  await using system = await startServer(
    ...handlersOf(MeteringService, [
      handler(MeteringService.method.getUsage, async () => {
        throw new Error('query failed', { cause: Object.assign(new Error('driver'), thrown) });
      }),
    ]),
  );
  const client = createClient(MeteringService, system.transports.grpc);
  const as = await system.as(viewer);
  expect(reasonOf(await refusalOf(client.getUsage({}, as)))).toBe('CONFLICT');
  thrown.code = '40001';
  expect(reasonOf(await refusalOf(client.getUsage({}, as)))).toBe('CONFLICT');
  thrown.code = '22021';
  expect(reasonOf(await refusalOf(client.getUsage({}, as)))).toBe('INVALID_INPUT');
  thrown.code = 'ECONNREFUSED';
  expect(reasonOf(await refusalOf(client.getUsage({}, as)))).toBe('DEPENDENCY_UNAVAILABLE');
  thrown.code = '57P01';
  expect(reasonOf(await refusalOf(client.getUsage({}, as)))).toBe('DEPENDENCY_UNAVAILABLE');
  thrown.code = '42P01';
  expect(reasonOf(await refusalOf(client.getUsage({}, as)))).toBe('INTERNAL');
});

test('closing lets the open call finish and takes no new one', async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const system = await startServer(
    ...handlersOf(MeteringService, [
      handler(MeteringService.method.getUsage, async () => {
        started.resolve();
        await release.promise;
        return { total: 7n };
      }),
    ]),
  );
  const client = createClient(MeteringService, system.transports.grpc);
  const as = await system.as(viewer);
  const open = client.getUsage({}, as);
  await started.promise;
  const closed = system[Symbol.asyncDispose]();
  await expect(connectTo(system.server.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  release.resolve();
  expect((await open).total).toBe(7n);
  await closed;
});

test('a caller that hangs after the drain time is cut, so that closing ends', async () => {
  const platform = testPlatform();
  const started = Promise.withResolvers<AbortSignal>();
  const server = await serveRpc({
    ...platform,
    address: { host: '127.0.0.1', port: 0 },
    drainTimeoutMs: 20,
    handlers: handlersOf(MeteringService, [
      handler(MeteringService.method.getUsage, (_input, call) => {
        started.resolve(call.signal);
        return new Promise(() => undefined);
      }),
    ]),
  });
  const token = await platform.identity('auth').signPrincipalToken(viewer);
  const client = createClient(
    MeteringService,
    createGrpcTransport({ baseUrl: `http://${server.address}`, idleConnectionTimeoutMs: 50 }),
  );
  const call = refusalOf(client.getUsage({}, { headers: { 'x-tollgate-token': token } }));
  const signal = await started.promise;
  await server[Symbol.asyncDispose]();
  expect((await call).code).not.toBe(Code.Internal);
  expect(signal.aborted).toBe(true);
});

test('a service without a handler for one of its methods does not start', async () => {
  const only = handler(MeteringService.method.getUsage, async () => ({}));
  await expect(startServer(only)).rejects.toThrow('MeteringService/GetRateLimit');
  await expect(startServer(...handlersOf(MeteringService), only)).rejects.toThrow('More than one');
});

test('health answers without a token, for the process and for each served service', async () => {
  await using system = await startServer();
  const client = createClient(Health, system.transports.grpc);
  expect((await client.check({})).status).toBe(1);
  expect((await client.check({ service: MeteringService.typeName })).status).toBe(1);
  expect((await refusalOf(client.check({ service: 'nobody' }))).code).toBe(Code.NotFound);
  system.platform.health.markStopping();
  expect((await client.check({})).status).toBe(2);
});

test('every RPC is counted by name and code, unreadable ones included', async () => {
  await using system = await startServer();
  const client = createClient(MeteringService, system.transports.grpc);
  const as = await system.as(viewer);
  await client.getUsage({}, as);
  await refusalOf(client.getUsage({}));
  await refusalOf(client.getUsage(tooLarge, as));
  const text = await system.platform.metrics.metrics();
  const rpc = 'rpc="tollgate.metering.v1.MeteringService/GetUsage"';
  for (const code of ['ok', 'unauthenticated', 'invalid_argument']) {
    expect(text).toContain(
      `tollgate_rpc_duration_seconds_count{service="test",${rpc},code="${code}"} 1`,
    );
  }
});

describe('an internal client', () => {
  test('introduces its service and passes the request id on', async () => {
    const seen: unknown[] = [];
    await using metering = await startServer(
      handler(MeteringInternalService.method.getBillableUsage, async (_input, call) => {
        seen.push(call.principal.subject, call.requestId);
        return { quantity: 7n };
      }),
    );
    const client = internalClient(MeteringInternalService, {
      url: metering.baseUrl,
      identity: metering.platform.identity('billing'),
    });
    await using front = await startServer(
      ...handlersOf(MeteringService, [
        handler(MeteringService.method.getUsage, async () => {
          const { quantity } = await client.getBillableUsage(ownUsage);
          return { total: quantity };
        }),
      ]),
    );
    const { headers } = await front.as(viewer);
    const caller = createClient(MeteringService, front.transports.grpc);
    const answer = await caller.getUsage({}, { headers: { ...headers, 'x-request-id': 'req-9' } });
    expect(answer.total).toBe(7n);
    expect(seen).toEqual(['service:billing', 'req-9']);
  });

  test('turns no answer into DEPENDENCY_UNAVAILABLE', async () => {
    const platform = testPlatform();
    const client = internalClient(MeteringInternalService, {
      url: 'http://127.0.0.1:1',
      identity: platform.identity('billing'),
    });
    const error = await refusalOf(client.getBillableUsage(ownUsage));
    expect(reasonOf(error)).toBe('DEPENDENCY_UNAVAILABLE');
  });

  test('turns an answer that takes too long into DEPENDENCY_UNAVAILABLE', async () => {
    await using metering = await startServer(
      handler(MeteringInternalService.method.getBillableUsage, (_input, call) => {
        return new Promise((_resolve, reject) => {
          call.signal.addEventListener('abort', () => reject(new Error('given up')));
        });
      }),
    );
    const client = internalClient(MeteringInternalService, {
      url: metering.baseUrl,
      identity: metering.platform.identity('billing'),
      timeoutMs: 50,
    });
    const error = await refusalOf(client.getBillableUsage(ownUsage));
    expect(reasonOf(error)).toBe('DEPENDENCY_UNAVAILABLE');
  });

  test('lets a refusal with a reason through and hides that it was refused itself', async () => {
    await using metering = await startServer(
      handler(MeteringInternalService.method.getBillableUsage, async () => {
        throw notFound('tenant', 'ten_x');
      }),
    );
    const clientOf = (name: 'billing' | 'notification') =>
      internalClient(MeteringInternalService, {
        url: metering.baseUrl,
        identity: metering.platform.identity(name),
      });
    const passed = await refusalOf(clientOf('billing').getBillableUsage(ownUsage));
    expect(reasonOf(passed)).toBe('NOT_FOUND');
    const refused = await refusalOf(clientOf('notification').getBillableUsage(ownUsage));
    expect(reasonOf(refused)).toBe('INTERNAL');
  });
});
