import {
  type Address,
  type BackboneConfig,
  readBackboneConfig,
  readRpcAddress,
  readServiceUrl,
  type Settings,
} from '@tollgate/runtime/config';

/** What Billing must be told from outside. */
export interface BillingConfig extends BackboneConfig {
  readonly rpcAddress: Address;
  readonly meteringUrl: string;
}

/** Reads Billing's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): BillingConfig {
  return {
    rpcAddress: readRpcAddress(settings),
    ...readBackboneConfig(settings),
    meteringUrl: readServiceUrl(settings, 'metering'),
  };
}
