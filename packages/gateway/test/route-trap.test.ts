import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { nobodysKey, testKey } from './support/auth-peer.ts';
import { type DocumentedCall, documentedCalls } from './support/documented-calls.ts';
import { bringsCredential } from './support/gate-peer.ts';
import { pathVariants } from './support/path-variants.ts';
import {
  type RawAnswer,
  type RawClient,
  type RawRequest,
  rawClient,
} from './support/raw-request.ts';
import { forms, startTestGateway, type TestGateway } from './support/start-gateway.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
const contentTypes = [
  '',
  'application/json',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/proto',
  'application/grpc',
  'application/grpc+json',
  'application/grpc-web',
  'application/grpc-web+proto',
  'application/grpc-web-text',
  'application/connect+json',
  'application/connect+proto',
];

describe.each(forms)('%s', (form) => {
  let gateway: TestGateway;
  let client: RawClient;

  beforeAll(async () => {
    // The shield in front of Auth would refuse most of what follows, and prove nothing.
    gateway = await startTestGateway({ form, shieldRequestsPerSecond: 100_000 });
    client = rawClient({ port: gateway.port });
  });

  afterAll(async () => {
    client[Symbol.dispose]();
    await gateway[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    for (const peer of [gateway.auth, gateway.api, gateway.upstream, ...gateway.gates]) {
      peer.seen.splice(0);
    }
    gateway.api.arrivals.splice(0);
  });

  const upstreamCalls: DocumentedCall[] = [
    '/v1/messages/send',
    '/api/v1/messages/7',
    '/shop/a',
  ].map((path) => ({ method: 'POST', path, access: 'credential', rpc: '', form: 'json' }));
  const calls = [...documentedCalls(), ...upstreamCalls];

  /** Every documented call in every spelling, with every method and every content type. */
  function spellings(of: readonly DocumentedCall[]): RawRequest[] {
    const json = { 'content-type': 'application/json' };
    return of.flatMap(({ method, path }) => [
      ...[path, ...pathVariants(path)].map((spelling) => ({
        method,
        path: spelling,
        headers: json,
        body: '{}',
      })),
      ...methods.map((other) => ({ method: other, path, headers: json })),
      ...contentTypes.map((type) => ({
        method,
        path,
        headers: type === '' ? {} : { 'content-type': type },
        body: '{}',
      })),
    ]);
  }

  async function sendAll(requests: readonly RawRequest[]): Promise<RawAnswer[]> {
    const answers: RawAnswer[] = [];
    const queue = [...requests.entries()];
    const worker = async () => {
      for (let next = queue.pop(); next; next = queue.pop()) {
        const [index, request] = next;
        answers[index] = await client.send(request);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    return answers;
  }

  describe('every documented path in every spelling', () => {
    test('reaches nothing without a credential, except the public calls', async () => {
      const requests = spellings(calls);
      const answers = await sendAll(requests);
      const open = new Set(
        // A gRPC content type on a public JSON path arrives under that path: no service knows it.
        documentedCalls().flatMap(({ access, rpc, path }) =>
          access === 'public' ? [rpc, path] : [],
        ),
      );
      expect(gateway.upstream.seen).toEqual([]);
      const arrived = gateway.api.arrivals.map(({ path }) => path.replace(/\?.*$/, ''));
      expect(arrived.filter((path) => !open.has(path))).toEqual([]);
      const surprising = answers.flatMap((answer, index) =>
        isRefusal(answer) || wasPublic(answer) ? [] : [{ request: requests[index], answer }],
      );
      expect(surprising).toEqual([]);
    });

    test('passes Auth and the limiter before it reaches anything, with a credential', async () => {
      // The alias is left out: its variants were all sent above, and this takes long enough.
      const own = calls.filter(({ path }) => !path.startsWith('/api/'));
      const requests = spellings(own).map((request) => ({
        ...request,
        headers: { ...request.headers, 'x-api-key': testKey },
      }));
      const answers = await sendAll(requests);
      // In one call it is the gate that looks at the credential.
      const alone = gateway.gates.flatMap(({ seen }) =>
        seen.filter(bringsCredential).map(({ values }) => values['rid'] ?? ''),
      );
      expect(alone.length > 0).toBe(form === 'one-call');
      const checked = new Set([...gateway.auth.seen.map(({ requestId }) => requestId), ...alone]);
      const admitted = new Set(
        gateway.gates.flatMap(({ seen }) =>
          seen.flatMap(({ values }) => (values['phase'] === 'admit' ? [values['rid']] : [])),
        ),
      );
      const reached = [
        ...gateway.api.arrivals.map(({ path, requestId }) => ({ to: path, id: requestId })),
        ...gateway.upstream.seen.map(({ path, headers }) => ({
          to: path,
          id: String(headers['x-request-id']),
        })),
      ];
      expect(reached.length).toBeGreaterThan(own.length);
      expect(reached.filter(({ id }) => !id || !checked.has(id) || !admitted.has(id))).toEqual([]);
      const ids = new Set(reached.map(({ id }) => id));
      const faultsOfTheGateway = answers.flatMap(({ status, headers }, index) =>
        status >= 500 && !ids.has(headers['x-request-id'] ?? '')
          ? [{ status, request: requests[index] }]
          : [],
      );
      expect(faultsOfTheGateway).toEqual([]);
    });
  });

  describe.each([
    ['a key that is nobody’s', { 'x-api-key': nobodysKey }],
    ['it in the other header', { authorization: `Bearer ${nobodysKey}` }],
  ])('every path of a protected API in every spelling, with %s', (_what, credential) => {
    test('reaches nothing', async () => {
      const requests = spellings(upstreamCalls).map((request) => ({
        ...request,
        headers: { ...request.headers, ...credential },
      }));
      const answers = await sendAll(requests);
      expect([...gateway.upstream.seen, ...gateway.api.arrivals]).toEqual([]);
      expect(answers.filter((answer) => !isRefusal(answer))).toEqual([]);
    });
  });

  /** Refused by status, or by gRPC's status in a header, or by gRPC-Web's in the body. */
  function isRefusal({ status, headers, body }: RawAnswer): boolean {
    if ([400, 401, 403, 404, 405, 415].includes(status)) return true;
    const grpcStatus = headers['grpc-status'] ?? /grpc-status: ?(\d+)/.exec(body)?.[1];
    return status === 200 && grpcStatus !== undefined && grpcStatus !== '0';
  }

  /** An answer of a service behind the gateway: only those carry the limiter's headers. */
  function wasPublic({ headers }: RawAnswer): boolean {
    return headers['x-ratelimit-limit'] !== undefined;
  }
});
