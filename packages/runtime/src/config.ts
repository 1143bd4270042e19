/** One reader of the environment: settings with all their problems at once, secrets that do not print. */
export {
  type BackboneConfig,
  type DatabaseConfig,
  readBackboneConfig,
  readRpcAddress,
  readServiceUrl,
} from './config/connection-settings.ts';
export { type DatabaseRoles, rolesOf, roleUrl, withDatabase } from './config/database-roles.ts';
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
export { purposeKey } from './seal/seal.ts';
