/** Calls: serving and making them, and who makes them. */
export { internalTokenLifetimeMsMax } from './identity/internal-token.ts';
export {
  createServiceIdentity,
  type PrincipalClaims,
  type ServiceIdentity,
} from './identity/service-identity.ts';
export {
  type PrivateServiceKey,
  type PublicServiceKey,
  parsePrivateKey,
  parsePublicKeys,
} from './identity/service-keys.ts';
export { createTokenVerifier, type TokenVerifier } from './identity/token-verifier.ts';
export type { Call } from './rpc/call.ts';
export { handler, type RpcHandler } from './rpc/handler.ts';
export { internalClient } from './rpc/internal-client.ts';
export { idPosition, type Page, type PageInput, pageOf } from './rpc/page-of.ts';
export { currentRequestId, runInRequest } from './rpc/request-id.ts';
export { type RpcServer, type ServeRpcOptions, serveRpc } from './rpc/serve-rpc.ts';
export { tenantOf } from './rpc/tenant-of.ts';
