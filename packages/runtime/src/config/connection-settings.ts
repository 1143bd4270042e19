import type { ServiceName } from '@tollgate/api';
import type { Address } from './parse-setting.ts';
import type { Settings } from './settings.ts';

/** Where a service keeps its rows. */
export interface DatabaseConfig {
  readonly url: string;
  readonly poolMax: number;
}

function readDatabaseConfig(settings: Settings): DatabaseConfig {
  return {
    url: settings.url('TOLLGATE_DATABASE_URL', {
      description: "Postgres, as the service's own role.",
      protocols: ['postgres:', 'postgresql:'],
      secret: true,
    }),
    poolMax: settings.integer('TOLLGATE_DATABASE_POOL_MAX', {
      description: 'Most connections to Postgres at once.',
      default: 10,
      min: 2,
      max: 100,
    }),
  };
}

function readNatsUrl(settings: Settings): string {
  return settings.url('TOLLGATE_NATS_URL', {
    description: 'NATS with JetStream.',
    protocols: ['nats:', 'tls:'],
  });
}

/** What the backbone of a service connects to. */
export interface BackboneConfig {
  readonly database: DatabaseConfig;
  readonly natsUrl: string;
}

/** The settings of a service's database and event bus. */
export function readBackboneConfig(settings: Settings): BackboneConfig {
  return { database: readDatabaseConfig(settings), natsUrl: readNatsUrl(settings) };
}

/** TOLLGATE_RPC_ADDRESS. */
export function readRpcAddress(settings: Settings): Address {
  return settings.address('TOLLGATE_RPC_ADDRESS', {
    description: 'Where the API is served (gRPC, gRPC-Web, Connect over HTTP/2), host:port.',
    default: '127.0.0.1:0',
  });
}

/** TOLLGATE_<SERVICE>_URL: the RPC listener of another service. */
export function readServiceUrl(settings: Settings, service: ServiceName): string {
  return settings.url(`TOLLGATE_${service.toUpperCase()}_URL`, {
    description: `RPC listener of ${service}.`,
    protocols: ['http:', 'https:'],
  });
}
