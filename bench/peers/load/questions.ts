import { create, toBinary } from '@bufbuild/protobuf';
import { RateLimitRequestSchema } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import type { HeaderFields } from '@tollgate/unary-grpc/frames';
import { keyId, tenantId } from '../population.ts';
import type { LoadPlan } from './load-plan.ts';
import { placeholders, requestTemplates } from './request-template.ts';

/** The requests of a plan, ready but for their numbers. */
export function questionTemplates(plan: LoadPlan) {
  if (plan.kind === 'http') return requestTemplates(httpHeaders);
  const descriptors = plan.kind === 'gate' ? gateDescriptors(plan) : ratelimitDescriptors(plan);
  const message = create(RateLimitRequestSchema, { domain: 'tollgate', descriptors });
  return requestTemplates(grpcHeaders, inGrpcForm(toBinary(RateLimitRequestSchema, message)));
}

const tenant = tenantId(placeholders.tenant);
const key = keyId(placeholders.key);

/** What Envoy sends. */
const grpcHeaders: readonly HeaderFields[] = [
  {
    fields: [
      [':method', 'POST'],
      [':path', '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit'],
      [':authority', 'limiter'],
      [':scheme', 'http'],
      ['te', 'trailers'],
      ['grpc-timeout', '1000m'],
      ['content-type', 'application/grpc'],
      ['x-envoy-internal', 'true'],
      ['x-forwarded-for', '127.0.0.1'],
    ],
    isRepeated: true,
  },
];

const httpHeaders: readonly HeaderFields[] = [
  {
    fields: [
      [':method', 'GET'],
      [':path', '/v1/widgets'],
      [':authority', 'bench.example.com'],
      [':scheme', 'http'],
      ['user-agent', 'bench'],
    ],
    isRepeated: true,
  },
  {
    fields: [
      ['x-tenant', tenant],
      ['x-key', key],
    ],
    isRepeated: false,
  },
];

/** The same entries as the deployed Envoy's. */
function gateDescriptors({ keyLimit = 'none' }: LoadPlan) {
  const entries = [
    { key: 'phase', value: 'admit' },
    { key: 'tenant', value: tenant },
    { key: 'environment', value: 'live' },
    { key: 'key', value: key },
    { key: 'key_limit', value: keyLimit },
    { key: 'class', value: 'upstream' },
    { key: 'route', value: 'widgets' },
    { key: 'masked_remote_address', value: '192.0.2.1/32' },
    { key: 'rid', value: `00000000-0000-4000-8000-${placeholders.request}` },
  ];
  return [{ entries, hitsAddend: 1n }];
}

function ratelimitDescriptors({ keyEntry = 'key', tenantEntry = 'tenant' }: LoadPlan) {
  return [
    ...(keyEntry === 'none' ? [] : [{ entries: [{ key: keyEntry, value: key }] }]),
    { entries: [{ key: tenantEntry, value: tenant }] },
  ];
}

function inGrpcForm(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
