import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { internalTokenHeader } from '@tollgate/api';

/**
 * A stock gRPC client of a service, as the gateway would reach it. `token` is the internal token
 * that every call carries; without one the caller is anonymous.
 */
export function rpcClient<S extends DescService>(
  service: S,
  options: { address: string; token?: string | Promise<string> },
): Client<S> {
  const authenticate: Interceptor = (next) => async (request) => {
    const token = await options.token;
    if (token !== undefined) request.header.set(internalTokenHeader, token);
    return next(request);
  };
  const transport = createGrpcTransport({
    baseUrl: `http://${options.address}`,
    interceptors: [authenticate],
    idleConnectionTimeoutMs: 500,
  });
  return createClient(service, transport);
}
