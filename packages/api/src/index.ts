/**
 * The whole contract for any client, in a browser too: what the wire says beside the generated
 * messages and services, which are imported by their proto's path
 * (`@tollgate/api/tollgate/billing/v1/billing_service`).
 */
export { type Access, accessOf } from './access.ts';
export type { EventType } from './event-type.ts';
export {
  degradedHeader,
  idempotencyKeyHeader,
  idempotencyReplayedHeader,
  internalTokenHeader,
  keyHeader,
  ownHeaderPrefix,
  requestIdHeader,
  tenantHeader,
} from './headers.ts';
export {
  type Id,
  type IdPrefix,
  idPrefixes,
  isId,
  PLATFORM_TENANT_ID,
  type TenantId,
} from './ids.ts';
export { fromProtoTime, toProtoTime } from './instants.ts';
export { fromPageToken, toPageToken } from './page-token.ts';
export {
  defaultKeyScopes,
  isInternal,
  isPermission,
  type Permission,
  permissions,
  permissionsOfRole,
  permissionsOfService,
} from './permissions.ts';
export type {
  AnonymousPrincipal,
  ApiKeyPrincipal,
  Principal,
  ServicePrincipal,
  UserPrincipal,
} from './principal.ts';
export { errorDomain, isReason, type Reason } from './reasons.ts';
export { rpcName } from './rpc-name.ts';
export { isServiceName, perService, type ServiceName, serviceNames } from './service-names.ts';
export { services } from './services.ts';
