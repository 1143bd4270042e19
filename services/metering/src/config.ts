import type { Address, Settings } from '@tollgate/runtime';
import { type CountersConfig, readCountersConfig } from './counters-config.ts';

/** What the ledger must be told from outside. */
export interface MeteringConfig extends CountersConfig {
  readonly rpcAddress: Address;
  readonly envoyAddress: Address;
  readonly snapshotIntervalMs: number;
}

/** Reads the ledger's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): MeteringConfig {
  return {
    ...readCountersConfig(settings),
    rpcAddress: settings.address('TOLLGATE_RPC_ADDRESS', {
      description: 'Where the API is served (gRPC, gRPC-Web, Connect over HTTP/2), host:port.',
      default: '127.0.0.1:0',
    }),
    envoyAddress: settings.address('TOLLGATE_ENVOY_ADDRESS', {
      description: "Where Envoy's access log is received (gRPC), host:port.",
      default: '127.0.0.1:0',
    }),
    snapshotIntervalMs: settings.integer('TOLLGATE_SNAPSHOT_INTERVAL_MS', {
      description: 'Pause between two copies of the counters to Postgres, in milliseconds.',
      default: 1_000,
      min: 50,
      max: 60_000,
    }),
  };
}
