import {
  type Address,
  type DatabaseConfig,
  readDatabaseConfig,
  readNatsUrl,
  readRpcAddress,
  readServiceUrl,
  type Settings,
} from '@tollgate/runtime/config';

/** What Billing must be told from outside. */
export interface BillingConfig {
  readonly rpcAddress: Address;
  readonly database: DatabaseConfig;
  readonly natsUrl: string;
  readonly meteringUrl: string;
}

/** Reads Billing's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): BillingConfig {
  return {
    rpcAddress: readRpcAddress(settings),
    database: readDatabaseConfig(settings),
    natsUrl: readNatsUrl(settings),
    meteringUrl: readServiceUrl(settings, 'metering'),
  };
}
