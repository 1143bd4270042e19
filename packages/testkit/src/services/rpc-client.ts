import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { internalTokenHeader } from '@tollgate/api';

/**
 * A stock gRPC client of a service, as the gateway would reach it. `token` is the internal token
 * that every call carries; without one the caller is anonymous. Functions are asked at each call.
 */
export function rpcClient<S extends DescService>(
  service: S,
  options: {
    address: string | (() => string);
    token?: string | Promise<string> | (() => Promise<string>);
  },
): Client<S> {
  const { address, token } = options;
  const authenticate: Interceptor = (next) => async (request) => {
    const carried = await (typeof token === 'function' ? token() : token);
    if (carried !== undefined) request.header.set(internalTokenHeader, carried);
    return next(request);
  };
  const transports = new Map<string, Transport>();
  function transport(): Transport {
    const baseUrl = `http://${typeof address === 'function' ? address() : address}`;
    const known = transports.get(baseUrl);
    if (known) return known;
    const made = createGrpcTransport({
      baseUrl,
      interceptors: [authenticate],
      idleConnectionTimeoutMs: 500,
    });
    transports.set(baseUrl, made);
    return made;
  }
  return createClient(service, {
    unary: (...call) => transport().unary(...call),
    stream: (...call) => transport().stream(...call),
  });
}
