import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { createGrpcWebTransport as createWebTransport } from '@connectrpc/connect-web';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  GetRateLimitRequestSchema,
  GetRateLimitResponseSchema,
  MeteringService,
} from '@tollgate/api/tollgate/metering/v1/metering_service';
import { type Customer, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

const API_LIMIT = 6;

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({
    settings: { TOLLGATE_API_LIMIT_PER_MINUTE: String(API_LIMIT) },
  });
});
afterAll(() => system?.stop());

/** Stock clients of every protocol, each carrying the customer's key. */
const transports: Record<string, (customer: Customer) => Transport> = {
  'gRPC (connect-node)': (customer) =>
    createGrpcTransport({ baseUrl: system.baseUrl, interceptors: [withKey(customer)] }),
  'gRPC-Web (connect-node)': (customer) =>
    createGrpcWebTransport({
      baseUrl: system.baseUrl,
      httpVersion: '1.1',
      interceptors: [withKey(customer)],
    }),
  'gRPC-Web (connect-web)': (customer) =>
    createWebTransport({ baseUrl: system.baseUrl, interceptors: [withKey(customer)] }),
  'Connect over HTTP/1.1': (customer) =>
    createConnectTransport({
      baseUrl: system.baseUrl,
      httpVersion: '1.1',
      interceptors: [withKey(customer)],
    }),
  'Connect over HTTP/2': (customer) =>
    createConnectTransport({
      baseUrl: system.baseUrl,
      httpVersion: '2',
      interceptors: [withKey(customer)],
    }),
  'Connect JSON': (customer) =>
    createConnectTransport({
      baseUrl: system.baseUrl,
      httpVersion: '1.1',
      useBinaryFormat: false,
      interceptors: [withKey(customer)],
    }),
};

test.each(Object.keys(transports))(
  '%s is served, and past the limit sees RESOURCE_EXHAUSTED',
  async (name) => {
    const customer = await signUp(system);
    const client = createClient(MeteringService, transports[name]!(customer));

    expect((await client.getRateLimit({})).tenantId).toBe(customer.tenantId);
    const error = await firstError(() => client.getRateLimit({}));
    expect(ConnectError.from(error).code).toBe(Code.ResourceExhausted);
  },
);

test('grpc-js is served, and past the limit sees RESOURCE_EXHAUSTED', async () => {
  const customer = await signUp(system);
  const client = new grpc.Client(new URL(system.baseUrl).host, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('x-api-key', customer.apiKey);
  const ask = () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        '/tollgate.metering.v1.MeteringService/GetRateLimit',
        () => Buffer.from(toBinary(GetRateLimitRequestSchema, create(GetRateLimitRequestSchema))),
        (bytes) => fromBinary(GetRateLimitResponseSchema, bytes),
        {},
        metadata,
        (error, answer) => (error ? reject(error) : resolve(answer)),
      );
    });
  try {
    expect(await ask()).toMatchObject({ tenantId: customer.tenantId });
    expect(await firstError(ask)).toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED });
  } finally {
    client.close();
  }
});

test.each(Object.keys(transports))('%s without a credential sees UNAUTHENTICATED', async (name) => {
  const client = createClient(MeteringService, transports[name]!({ apiKey: '' } as Customer));
  const error = await firstError(() => client.getRateLimit({}));
  expect(ConnectError.from(error).code).toBe(Code.Unauthenticated);
});

function withKey(customer: Customer) {
  return (
    next: Parameters<
      NonNullable<Parameters<typeof createConnectTransport>[0]['interceptors']>[number]
    >[0],
  ) =>
    async (request: Parameters<typeof next>[0]) => {
      if (customer.apiKey) request.header.set('x-api-key', customer.apiKey);
      return next(request);
    };
}

/** Calls until one fails, at most twice the limit. */
async function firstError(work: () => Promise<unknown>): Promise<unknown> {
  for (let index = 0; index < 2 * API_LIMIT; index += 1) {
    try {
      await work();
    } catch (error) {
      return error;
    }
  }
  throw new Error('no call was refused');
}
