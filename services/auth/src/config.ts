import { readKeyPepper, readKeyRefreshInterval } from '@tollgate/credentials/key-settings';
import {
  type Address,
  type BackboneConfig,
  type EnvoyListener,
  readBackboneConfig,
  readEnvoyListener,
  readRpcAddress,
  readServiceUrl,
  type Secret,
  type Settings,
} from '@tollgate/runtime/config';

/** What Auth must be told from outside. */
export interface AuthConfig extends BackboneConfig {
  readonly rpcAddress: Address;
  /** Where Envoy asks who a caller is. */
  readonly envoy: EnvoyListener;
  readonly tenantUrl: string;
  readonly billingUrl: string;
  /** 32 bytes, base64; every key that protects data at rest is derived from it. */
  readonly encryptionKey: Secret;
  /** What API keys are hashed with, 32 bytes in base64; empty: derived from the encryption key. */
  readonly keyPepper: Secret;
  /** The operator to create at the first start; an empty address: none. */
  readonly operator: { readonly email: string; readonly password: Secret };
  readonly loginsPerMinute: number;
  readonly passwordHashesAtOnce: number;
  readonly refreshIntervalMs: number;
}

/** Reads Auth's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): AuthConfig {
  return {
    ...readConnections(settings),
    encryptionKey: settings.secret('TOLLGATE_ENCRYPTION_KEY', {
      description: '32 random bytes, base64: what Auth stores encrypted, such as signing keys.',
      keyBytes: 32,
    }),
    keyPepper: readKeyPepper(settings, 'derived from the encryption key'),
    operator: {
      email: settings.text('TOLLGATE_OPERATOR_EMAIL', {
        description: 'Address of the operator created at the first start; empty: none.',
        default: '',
      }),
      password: settings.secret('TOLLGATE_OPERATOR_PASSWORD', {
        description: "The operator's first password; not used after the first start.",
        default: '',
      }),
    },
    loginsPerMinute: settings.integer('TOLLGATE_LOGIN_LIMIT_PER_MINUTE', {
      description: 'Logins tried for one address in a minute, and in one burst, per process.',
      default: 10,
      min: 1,
      max: 10_000,
    }),
    passwordHashesAtOnce: settings.integer('TOLLGATE_PASSWORD_HASHES_AT_ONCE', {
      description: 'Passwords hashed at the same time; each takes 19 MiB and most of a core.',
      default: 2,
      min: 1,
      max: 64,
    }),
    refreshIntervalMs: readKeyRefreshInterval(settings),
  };
}

function readConnections(settings: Settings) {
  return {
    rpcAddress: readRpcAddress(settings),
    envoy: readEnvoyListener(settings, 'Where Envoy asks for identities'),
    ...readBackboneConfig(settings),
    tenantUrl: readServiceUrl(settings, 'tenant'),
    billingUrl: readServiceUrl(settings, 'billing'),
  };
}
