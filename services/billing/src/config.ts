import type { Address, Settings } from '@tollgate/runtime';

/** What Billing must be told from outside. */
export interface BillingConfig {
  readonly rpcAddress: Address;
  readonly database: { readonly url: string; readonly poolMax: number };
  readonly natsUrl: string;
  readonly meteringUrl: string;
}

/** Reads Billing's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): BillingConfig {
  return {
    rpcAddress: settings.address('TOLLGATE_RPC_ADDRESS', {
      description: 'Where the API is served (gRPC, gRPC-Web, Connect over HTTP/2), host:port.',
      default: '127.0.0.1:0',
    }),
    database: {
      url: settings.url('TOLLGATE_DATABASE_URL', {
        description: "Postgres, as Billing's own role.",
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
    meteringUrl: settings.url('TOLLGATE_METERING_URL', {
      description: "Metering's RPCs, asked for the usage of a bill.",
      protocols: ['http:'],
    }),
  };
}
