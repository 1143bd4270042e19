import { readKeyPepper, readKeyRefreshInterval } from '@tollgate/credentials/key-settings';
import {
  type EnvoyListener,
  readEnvoyListener,
  readServiceUrl,
  type Secret,
  type Settings,
} from '@tollgate/runtime/config';
import { type CountingConfig, readCountingConfig } from './counting-config.ts';

/** What the gate must be told from outside. */
export interface GateConfig extends CountingConfig {
  readonly envoy: EnvoyListener;
  readonly redisTimeoutMs: number;
  readonly decisionTimeoutMs: number;
  readonly authUrl: string;
  /** What API keys are hashed with; empty: this gate checks none. */
  readonly keyPepper: Secret;
  readonly keyRefreshIntervalMs: number;
  readonly apiLimitPerMinute: number;
  readonly anonymousLimitPerMinute: number;
}

/** Reads the gate's settings; pure, all problems are collected by the caller. */
export function readConfig(settings: Settings): GateConfig {
  return {
    ...readCountingConfig(settings),
    envoy: readEnvoyListener(settings, "Where Envoy's rate-limit calls are answered"),
    redisTimeoutMs: settings.integer('TOLLGATE_REDIS_TIMEOUT_MS', {
      description:
        "Wait for one decision of Redis, in milliseconds; well below half of Envoy's own wait.",
      default: 40,
      min: 5,
      max: 1_000,
    }),
    decisionTimeoutMs: settings.integer('TOLLGATE_DECISION_TIMEOUT_MS', {
      description:
        'How long Envoy waits for a decision, its retry included, in milliseconds: ' +
        '`decisionTimeoutMs` of the gateway. So long a call may come again from another gate.',
      default: 100,
      min: 10,
      max: 60_000,
    }),
    authUrl: readServiceUrl(settings, 'auth'),
    keyPepper: readKeyPepper(settings, 'the gate checks no keys, and no upstream may use one call'),
    keyRefreshIntervalMs: readKeyRefreshInterval(settings),
    apiLimitPerMinute: settings.integer('TOLLGATE_API_LIMIT_PER_MINUTE', {
      description: "Calls a minute to Tollgate's own API, for each tenant and environment.",
      default: 600,
      min: 1,
      max: 1_000_000_000,
    }),
    anonymousLimitPerMinute: settings.integer('TOLLGATE_ANONYMOUS_LIMIT_PER_MINUTE', {
      description: "Calls a minute to Tollgate's own API without a credential, for each address.",
      default: 300,
      min: 1,
      max: 1_000_000_000,
    }),
  };
}
