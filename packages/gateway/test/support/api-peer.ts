import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { create, type DescMethod, type DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { services } from '@tollgate/api';
import type { Address } from '../../src/settings.ts';

/** A call that reached a service behind the gateway. */
export interface SeenCall {
  /** `/tollgate.auth.v1.AuthService/Login` */
  readonly rpc: string;
  readonly message: unknown;
  readonly headers: Headers;
}

/** A request that reached the process, whether or not it was a call that a service knows. */
export interface Arrival {
  readonly path: string;
  readonly requestId: string;
}

export interface ApiPeer extends AsyncDisposable {
  readonly address: Address;
  readonly arrivals: Arrival[];
  readonly seen: SeenCall[];
  /** The next calls fail with this error; undefined: they answer an empty message. */
  failWith(error: ConnectError | undefined): void;
}

/**
 * One server in place of all five services: it answers every RPC of the contract with an empty
 * message, over gRPC, gRPC-Web and Connect, and refuses calls without the token that Auth issues.
 */
export async function startApiPeer(): Promise<ApiPeer> {
  const seen: SeenCall[] = [];
  const arrivals: Arrival[] = [];
  let failure: ConnectError | undefined;
  const answer = (method: DescMethod) => (message: unknown, context: HandlerContext) => {
    const headers = context.requestHeader;
    seen.push({ rpc: `/${method.parent.typeName}/${method.name}`, message, headers });
    if (headers.get('x-tollgate-token') !== 'issued') {
      throw new ConnectError('no internal token', Code.Unauthenticated);
    }
    if (failure) throw failure;
    return create(method.output);
  };
  const handler = connectNodeAdapter({
    routes: (router) => {
      for (const service of services) router.service(service, implementation(service, answer));
    },
  });
  const server = createServer((request, response) => {
    arrivals.push({ path: request.url, requestId: String(request.headers['x-request-id']) });
    handler(request, response);
  });
  const sessions = trackSessions(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    seen,
    arrivals,
    failWith: (error) => {
      failure = error;
    },
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function implementation(
  service: DescService,
  answer: (method: DescMethod) => unknown,
): Record<string, never> {
  const entries = service.methods.map((method) => [method.localName, answer(method)]);
  return Object.fromEntries(entries) as Record<string, never>;
}

function trackSessions(server: Http2Server): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return sessions;
}
