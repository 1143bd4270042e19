import {
  type Address,
  type BackboneConfig,
  readBackboneConfig,
  readRpcAddress,
  type Secret,
  type Settings,
} from '@tollgate/runtime/config';

/** What Notification must be told from outside. */
export interface NotificationConfig extends BackboneConfig {
  readonly rpcAddress: Address;
  /** 32 bytes, base64; endpoint secrets are encrypted with a key derived from it. */
  readonly encryptionKey: Secret;
  readonly allowPrivateTargets: boolean;
  /** Milliseconds before each attempt, counted from the end of the one before. */
  readonly retryDelaysMs: readonly number[];
  readonly attemptTimeoutMs: number;
}

/** Reads Notification's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): NotificationConfig {
  return {
    rpcAddress: readRpcAddress(settings),
    ...readBackboneConfig(settings),
    encryptionKey: settings.secret('TOLLGATE_ENCRYPTION_KEY', {
      description: '32 random bytes, base64: endpoint secrets are encrypted at rest with it.',
      keyBytes: 32,
    }),
    allowPrivateTargets: settings.boolean('TOLLGATE_WEBHOOK_ALLOW_PRIVATE_TARGETS', {
      description: 'Whether endpoints may be private or loopback addresses; for development.',
      default: false,
    }),
    ...readDeliverySettings(settings),
  };
}

function readDeliverySettings(settings: Settings) {
  return {
    retryDelaysMs: settings.durations('TOLLGATE_WEBHOOK_RETRY_DELAYS', {
      description: 'Wait before each attempt of a delivery; after the last one it is dead.',
      default: '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h',
    }),
    attemptTimeoutMs: settings.integer('TOLLGATE_WEBHOOK_TIMEOUT_MS', {
      description: 'How long a target may take to answer one attempt, in milliseconds.',
      default: 15_000,
      min: 100,
      max: 60_000,
    }),
  };
}
