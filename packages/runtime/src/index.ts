export { type Clock, type FixedClock, fixedClock, systemClock } from './clock/clock.ts';
export { type EveryOptions, every } from './clock/every.ts';
export {
  type DatabaseConfig,
  readDatabaseConfig,
  readNatsUrl,
  readRpcAddress,
  readServiceUrl,
} from './config/connection-settings.ts';
export {
  type EnvoyListener,
  type GrpcTransport,
  readEnvoyListener,
} from './config/envoy-listener.ts';
export type { Address } from './config/parse-setting.ts';
export { type Secret, secret } from './config/secret.ts';
export {
  describeSettings,
  type EnvironmentVariables,
  type ReadConfig,
  readSettings,
  type SettingDescription,
  type SettingOptions,
  type Settings,
  SettingsError,
} from './config/settings.ts';
export {
  type IsolationViolation,
  isolationViolations,
  type RunSql,
} from './database/check-isolation.ts';
export type {
  Database,
  EventCause,
  FindOptions,
  OutgoingEvent,
  Rows,
  TenantContext,
} from './database/database.ts';
export { isDatabaseOutage, sqlState } from './database/driver-errors.ts';
export { InstantColumn } from './database/instant-column.ts';
export { type MigrateOptions, migrate, withDatabase } from './database/migrate.ts';
export {
  type DatabaseRoles,
  type Migration,
  rolesOf,
  systemTable,
  type TableOptions,
  tenantTable,
} from './database/migration.ts';
export {
  type DatabaseDefinition,
  type DatabasePlatform,
  openDatabase,
} from './database/open-database.ts';
export { runtimeMigration } from './database/runtime-migration.ts';
export { driverFailure } from './errors/driver-failure.ts';
export {
  errorDomain,
  type FailureContent,
  type FieldViolation,
  failure,
  isReason,
  type Reason,
  reasonOf,
} from './errors/failure.ts';
export { toPublicError } from './errors/public-error.ts';
export {
  conflict,
  credentialExpired,
  credentialInvalid,
  credentialMissing,
  dependencyUnavailable,
  internalFailure,
  invalidInput,
  malformedInput,
  notFound,
  pageTokenInvalid,
  permissionDenied,
  tooMany,
} from './errors/shared-failures.ts';
export type { ConsumeOptions } from './events/consume.ts';
export { replayParkedEvents } from './events/dead-events.ts';
export type { EventOf } from './events/event.ts';
export { type EventBus, type EventBusOptions, openEventBus } from './events/event-bus.ts';
export type { FollowOptions } from './events/follow.ts';
export { type OutboxRelayOptions, startOutboxRelay } from './events/outbox-relay.ts';
export { type AdminServer, serveAdmin } from './health/admin-server.ts';
export { createHealth, type Health, type PartReport, type PartState } from './health/health.ts';
export { internalTokenHeader, internalTokenLifetimeMsMax } from './identity/internal-token.ts';
export {
  defaultKeyScopes,
  isInternal,
  isPermission,
  type Permission,
  permissions,
  permissionsOfRole,
  permissionsOfService,
} from './identity/permissions.ts';
export type { Environment, Principal, PrincipalKind } from './identity/principal.ts';
export {
  isRole,
  isServiceName,
  type Role,
  roles,
  type ServiceName,
  serviceNames,
} from './identity/roles.ts';
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
export {
  type Id,
  type IdPrefix,
  idPrefixes,
  isId,
  newId,
  PLATFORM_TENANT_ID,
  type TenantId,
} from './ids/ids.ts';
export { describeError, type Log, type LogLevel, logLevels, openLog } from './log/log.ts';
export { createRecentTexts, type RecentTexts } from './memory/recent-texts.ts';
export { createMetrics, type Metrics, sharedMetric } from './metrics/metrics.ts';
export type { Call } from './rpc/call.ts';
export { idempotencyKeyHeader } from './rpc/create-call.ts';
export {
  type GrpcCall,
  type GrpcImplementation,
  type GrpcService,
  grpcService,
  type MethodCodec,
  withCodec,
} from './rpc/grpc-service.ts';
export { handler, type RpcHandler } from './rpc/handler.ts';
export { internalClient } from './rpc/internal-client.ts';
export { isPromise } from './rpc/is-promise.ts';
export { pages } from './rpc/pages.ts';
export { currentRequestId, requestIdHeader, runInRequest } from './rpc/request-id.ts';
export { rpcName } from './rpc/rpc-name.ts';
export { type GrpcServer, serveGrpc } from './rpc/serve-grpc.ts';
export { type RpcServer, type ServeRpcOptions, serveRpc } from './rpc/serve-rpc.ts';
export { tenantOf } from './rpc/tenant-of.ts';
export { aesSeal, purposeKey, type Seal } from './seal/seal.ts';
export { boundAddress } from './start/bound-address.ts';
export { type CommonConfig, readCommonConfig } from './start/common-config.ts';
export { type Platform, type RunningService, running } from './start/platform.ts';
export { runService, type ServiceDefinition } from './start/service.ts';
