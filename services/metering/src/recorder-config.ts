import {
  type Address,
  type EnvoyListener,
  readEnvoyListener,
  readRpcAddress,
  type Settings,
} from '@tollgate/runtime/config';
import { type CountingConfig, readCountingConfig } from './counting-config.ts';

/** What the recorder must be told from outside. */
export interface RecorderConfig extends CountingConfig {
  readonly rpcAddress: Address;
  readonly envoy: EnvoyListener;
  readonly snapshotIntervalMs: number;
}

/** Reads the recorder's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): RecorderConfig {
  return {
    ...readCountingConfig(settings),
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
