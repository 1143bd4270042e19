import {
  type BackboneConfig,
  readBackboneConfig,
  readServiceUrl,
  type Settings,
} from '@tollgate/runtime/config';

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
