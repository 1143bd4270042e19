import type { ServiceName } from '@tollgate/api';
import type { Address } from '../config/parse-setting.ts';
import type { Settings } from '../config/settings.ts';
import type { PrivateServiceKey, PublicServiceKey } from '../identity/service-keys.ts';
import { parsePrivateKey, parsePublicKeys } from '../identity/service-keys.ts';
import { type LogLevel, logLevels } from '../log/log.ts';

/** Settings that every process has; `runService` reads them. */
export interface CommonConfig {
  readonly adminAddress: Address;
  readonly logLevel: LogLevel;
  readonly stopTimeoutMs: number;
  readonly privateKey: PrivateServiceKey;
  readonly publicKeys: readonly PublicServiceKey[];
}

/** Reads what every process of the service `name` needs. */
export function readCommonConfig(settings: Settings, name: ServiceName): CommonConfig {
  return {
    adminAddress: settings.address('TOLLGATE_ADMIN_ADDRESS', {
      description: 'Where /healthz, /readyz and /metrics are served (HTTP/1.1), host:port.',
      default: '127.0.0.1:0',
    }),
    logLevel: settings.choice('TOLLGATE_LOG_LEVEL', logLevels, {
      description: 'The least level that is logged.',
      default: 'info',
    }),
    stopTimeoutMs: settings.integer('TOLLGATE_STOP_TIMEOUT_MS', {
      description: 'Time for finishing calls at stop, in milliseconds; then the process is ended.',
      default: 10_000,
      min: 100,
      max: 600_000,
    }),
    privateKey: settings.json(
      'TOLLGATE_SERVICE_PRIVATE_KEY',
      (value) => parsePrivateKey(value, name),
      {
        description: 'Ed25519 private key (JWK) whose kid is the name of the service.',
        secret: true,
      },
    ),
    publicKeys: settings.json('TOLLGATE_SERVICE_PUBLIC_KEYS', parsePublicKeys, {
      description: 'Public keys of the five services (JWKS), kid = name of the service.',
    }),
  };
}
