import {
  type Address,
  type BackboneConfig,
  type EnvoyListener,
  readBackboneConfig,
  readEnvoyListener,
  readRpcAddress,
  readServiceUrl,
  type Settings,
} from '@tollgate/runtime/config';

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

/** What both of Metering's processes must be told. */
export interface CountingConfig extends BackboneConfig {
  readonly redisUrl: string;
  readonly billingUrl: string;
  readonly requestRecordTtlMs: number;
}

/** Reads the settings that gate and recorder share; pure. */
export function readCountingConfig(settings: Settings): CountingConfig {
  return {
    ...readBackboneConfig(settings),
    redisUrl: settings.url('TOLLGATE_REDIS_URL', {
      description: 'Redis or Valkey for the counters, with maxmemory-policy noeviction.',
      protocols: ['redis:', 'rediss:'],
      secret: true,
    }),
    billingUrl: readServiceUrl(settings, 'billing'),
    requestRecordTtlMs: settings.integer('TOLLGATE_REQUEST_RECORD_TTL_MS', {
      description:
        'How long an admitted call is remembered, in milliseconds: its retry is not charged twice, ' +
        'and its failure is given back, within this time.',
      default: 120_000,
      min: 1_000,
      max: 3_600_000,
    }),
  };
}
