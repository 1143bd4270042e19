import type { Address, Settings } from '@tollgate/runtime';

/** What Billing needs to know besides what every process needs. */
export interface BillingConfig {
  readonly rpcAddress: Address;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly meteringUrl: string;
}

/** Reads Billing's settings; pure. */
export function readConfig(settings: Settings): BillingConfig {
  return {
    rpcAddress: settings.address('TOLLGATE_RPC_ADDRESS', {
      description: 'Where the RPCs are served (HTTP/2 without TLS), host:port.',
      default: '127.0.0.1:0',
    }),
    databaseUrl: settings.url('TOLLGATE_DATABASE_URL', {
      description: 'Postgres as the role tollgate_billing.',
      protocols: ['postgres:', 'postgresql:'],
      secret: true,
    }),
    natsUrl: settings.url('TOLLGATE_NATS_URL', {
      description: 'NATS with JetStream.',
      protocols: ['nats:', 'tls:'],
    }),
    meteringUrl: settings.url('TOLLGATE_METERING_URL', {
      description: 'The RPCs of Metering, asked for usage when a bill is calculated.',
      protocols: ['http:'],
    }),
  };
}
