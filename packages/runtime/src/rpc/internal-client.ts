import type { DescService } from '@bufbuild/protobuf';
import {
  type Client,
  ConnectError,
  createClient,
  type Interceptor,
  type Transport,
} from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { internalTokenHeader, type Reason, requestIdHeader } from '@tollgate/api';
import { reasonOf } from '../errors/failure.ts';
import { dependencyUnavailable, internalFailure } from '../errors/shared-failures.ts';
import type { ServiceIdentity } from '../identity/service-identity.ts';
import { currentRequestId } from './request-id.ts';

/** A quiet connection is checked this often, so that a dead peer is noticed before a call is. */
const pingIntervalMs = 20_000;
const pingTimeoutMs = 5_000;

/**
 * A client for another service: gRPC over one kept HTTP/2 connection, opened at the first call.
 * Calls carry this service's token and the id of the request they are made for, and end after
 * `timeoutMs` (absent: 2,000). A refusal with a public reason comes through as it is; no answer is
 * DEPENDENCY_UNAVAILABLE; being refused as a caller, or the peer's own fault, is INTERNAL.
 */
export function internalClient<S extends DescService>(
  service: S,
  options: { url: string; identity: ServiceIdentity; timeoutMs?: number },
): Client<S> {
  const transport = createGrpcTransport({
    baseUrl: options.url,
    defaultTimeoutMs: options.timeoutMs ?? 2_000,
    pingIntervalMs,
    pingTimeoutMs,
    pingIdleConnection: true,
    interceptors: [introduce(options.identity)],
  });
  return createClient(service, translateFailures(transport, service.typeName));
}

function introduce(identity: ServiceIdentity): Interceptor {
  return (next) => async (request) => {
    request.header.set(internalTokenHeader, await identity.signServiceToken());
    const requestId = currentRequestId();
    if (requestId !== undefined) request.header.set(requestIdHeader, requestId);
    return next(request);
  };
}

/** Around the transport, because a passed deadline never reaches an interceptor. */
function translateFailures(transport: Transport, dependency: string): Transport {
  return {
    stream: transport.stream.bind(transport),
    unary: async (...call) => {
      try {
        return await transport.unary(...call);
      } catch (error) {
        throw translate(ConnectError.from(error), dependency);
      }
    },
  };
}

/** Refusals of this service itself, not of the caller it works for. */
const refusalsOfUs: readonly (Reason | undefined)[] = [
  'CREDENTIAL_MISSING',
  'CREDENTIAL_INVALID',
  'CREDENTIAL_EXPIRED',
  'PERMISSION_DENIED',
  'INTERNAL',
];

function translate(error: ConnectError, dependency: string): ConnectError {
  const reason = reasonOf(error);
  if (refusalsOfUs.includes(reason)) return internalFailure(error);
  if (reason !== undefined && reason !== 'DEPENDENCY_UNAVAILABLE') return error;
  return dependencyUnavailable(dependency, error);
}
