import {
  type Address,
  type BackboneConfig,
  readBackboneConfig,
  readRpcAddress,
  type Settings,
} from '@tollgate/runtime/config';

/** What Tenant must be told from outside. */
export interface TenantConfig extends BackboneConfig {
  readonly rpcAddress: Address;
}

/** Reads Tenant's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): TenantConfig {
  return {
    rpcAddress: readRpcAddress(settings),
    ...readBackboneConfig(settings),
  };
}
