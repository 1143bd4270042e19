import {
  type Address,
  type DatabaseConfig,
  readDatabaseConfig,
  readNatsUrl,
  readRpcAddress,
  type Settings,
} from '@tollgate/runtime/config';

/** What Tenant must be told from outside. */
export interface TenantConfig {
  readonly rpcAddress: Address;
  readonly database: DatabaseConfig;
  readonly natsUrl: string;
}

/** Reads Tenant's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): TenantConfig {
  return {
    rpcAddress: readRpcAddress(settings),
    database: readDatabaseConfig(settings),
    natsUrl: readNatsUrl(settings),
  };
}
