import { create, toBinary } from '@bufbuild/protobuf';
import { RateLimitRequestSchema } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { keyId, tenantId } from '../population.ts';
import { headerBlocks } from './header-block.ts';
import type { LoadPlan } from './load-plan.ts';
import { placeholders, requestTemplates } from './request-template.ts';

/** The requests of a plan, ready but for their numbers. */
export function questionTemplates(plan: LoadPlan) {
  if (plan.kind === 'http') return requestTemplates(headerBlocks(httpHeaders));
  const descriptors = plan.kind === 'gate' ? gateDescriptors(plan) : ratelimitDescriptors(plan);
  const message = create(RateLimitRequestSchema, { domain: 'tollgate', descriptors });
  return requestTemplates(
    headerBlocks(grpcHeaders),
    inGrpcForm(toBinary(RateLimitRequestSchema, message)),
  );
}

const tenant = tenantId(placeholders.tenant);
const key = keyId(placeholders.key);

/** What Envoy sends. */
const grpcHeaders = [
  { name: ':method', value: 'POST' },
  { name: ':path', value: '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit' },
  { name: ':authority', value: 'limiter' },
  { name: ':scheme', value: 'http' },
  { name: 'te', value: 'trailers' },
  { name: 'grpc-timeout', value: '1000m' },
  { name: 'content-type', value: 'application/grpc' },
  { name: 'x-envoy-internal', value: 'true' },
  { name: 'x-forwarded-for', value: '127.0.0.1' },
] as const;

const httpHeaders = [
  { name: ':method', value: 'GET' },
  { name: ':path', value: '/v1/widgets' },
  { name: ':authority', value: 'bench.example.com' },
  { name: ':scheme', value: 'http' },
  { name: 'user-agent', value: 'bench' },
  { name: 'x-tenant', value: tenant, varies: true },
  { name: 'x-key', value: key, varies: true },
] as const;

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
