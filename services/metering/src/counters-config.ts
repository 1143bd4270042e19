import type { Settings } from '@tollgate/runtime';

/** What both of Metering's processes must be told. */
export interface CountersConfig {
  readonly database: { readonly url: string; readonly poolMax: number };
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly billingUrl: string;
  readonly requestRecordTtlMs: number;
}

/** Reads the settings that gate and ledger share; pure. */
export function readCountersConfig(settings: Settings): CountersConfig {
  return {
    database: {
      url: settings.url('TOLLGATE_DATABASE_URL', {
        description: "Postgres, as Metering's own role.",
        protocols: ['postgres:', 'postgresql:'],
        secret: true,
      }),
      poolMax: settings.integer('TOLLGATE_DATABASE_POOL_MAX', {
        description: 'Most connections to Postgres at once.',
        default: 10,
        min: 2,
        max: 100,
      }),
    },
    natsUrl: settings.url('TOLLGATE_NATS_URL', {
      description: 'NATS with JetStream.',
      protocols: ['nats:', 'tls:'],
    }),
    redisUrl: settings.url('TOLLGATE_REDIS_URL', {
      description: 'Redis or Valkey for the counters, with maxmemory-policy noeviction.',
      protocols: ['redis:', 'rediss:'],
      secret: true,
    }),
    billingUrl: settings.url('TOLLGATE_BILLING_URL', {
      description: "Billing's RPC listener, asked for tenants that are not known yet.",
      protocols: ['http:', 'https:'],
    }),
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
