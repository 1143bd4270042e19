import {
  type Address,
  type EnvoyListener,
  readEnvoyListener,
  readRpcAddress,
  type Settings,
} from '@tollgate/runtime/config';
import { type CountersConfig, readCountersConfig } from './counters-config.ts';

/** What the ledger must be told from outside. */
export interface MeteringConfig extends CountersConfig {
  readonly rpcAddress: Address;
  readonly envoy: EnvoyListener;
  readonly snapshotIntervalMs: number;
}

/** Reads the ledger's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): MeteringConfig {
  return {
    ...readCountersConfig(settings),
    rpcAddress: readRpcAddress(settings),
    envoy: readEnvoyListener(settings, "Where Envoy's access log is received"),
    snapshotIntervalMs: settings.integer('TOLLGATE_SNAPSHOT_INTERVAL_MS', {
      description: 'Pause between two copies of the counters to Postgres, in milliseconds.',
      default: 1_000,
      min: 50,
      max: 60_000,
    }),
  };
}
