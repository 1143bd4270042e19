export { type Clock, type FixedClock, fixedClock, systemClock } from './clock/clock.ts';
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
  type Id,
  type IdPrefix,
  idPrefixes,
  isId,
  newId,
  PLATFORM_TENANT_ID,
  type TenantId,
} from './ids/ids.ts';
export { describeError, type Log, type LogLevel, logLevels, openLog } from './log/log.ts';
export type { Call } from './rpc/call.ts';
