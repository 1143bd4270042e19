import { create, toBinary } from '@bufbuild/protobuf';
import { RateLimitRequestSchema } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { slotAt } from '../../services/metering/src/counters/domain/slot.ts';
import type { Decision } from '../../services/metering/src/gate/decide.ts';
import { quotaLimit, rateLimit } from '../../services/metering/src/policies/domain/limit.ts';

/** The question of Envoy before a call, for many keys of a hundred tenants. */
export function admitRequest(at: number): Uint8Array {
  const entries = [
    { key: 'phase', value: 'admit' },
    { key: 'tenant', value: `ten_${(at % 100).toString().padStart(26, '0')}` },
    { key: 'environment', value: 'live' },
    { key: 'key', value: `key_${(at % 1_000).toString().padStart(26, '0')}` },
    { key: 'key_limit', value: '100/60' },
    { key: 'class', value: 'upstream' },
    { key: 'route', value: 'widgets' },
    { key: 'masked_remote_address', value: `192.0.2.${at % 250}/32` },
    { key: 'rid', value: `3f0c1d52-9f5a-4a36-8d8e-${at.toString(16).padStart(12, '0')}` },
  ];
  const descriptors = [{ entries, hitsAddend: 1n }];
  const request = create(RateLimitRequestSchema, { domain: 'tollgate', descriptors });
  return Buffer.from(toBinary(RateLimitRequestSchema, request));
}

/** An admission by a rate and a month's quota. */
export function admission(): Decision {
  const rate = rateLimit({ limitId: 'requests-per-minute', requests: 600, windowSeconds: 60 });
  const quota = quotaLimit('requests-per-month', 1_000_000);
  return {
    admitted: true,
    degraded: false,
    states: [
      { limit: rate, remaining: 412, retryUs: 0, resetUs: 18_800_000 },
      { limit: quota, remaining: 873_211, retryUs: 0, resetUs: 812_000_000_000 },
    ],
    reservation: {
      environment: 'live',
      slot: slotAt(Date.UTC(2026, 10, 21, 1) * 1_000),
      keyId: `key_${'0'.repeat(26)}`,
    },
  };
}
