import { create, toBinary } from '@bufbuild/protobuf';
import { RateLimitRequestSchema } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import type { HeaderFields } from '@tollgate/unary-grpc/frames';
import { keyId, tenantId } from './ids.ts';
import type { Question } from './load-plan.ts';
import { placeholders, requestTemplates } from './request-template.ts';

/** The requests of a load, ready but for their numbers. */
export function questionTemplates(question: Question) {
  if (question.kind === 'http') return requestTemplates(httpHeaders(question));
  const descriptors =
    question.kind === 'gate' ? gateDescriptors(question) : peerDescriptors(question);
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

function httpHeaders({ path, headers }: Question & { kind: 'http' }): readonly HeaderFields[] {
  return [
    {
      fields: [
        [':method', 'GET'],
        [':path', path],
        [':authority', 'bench.example.com'],
        [':scheme', 'http'],
        ['user-agent', 'bench'],
      ],
      isRepeated: true,
    },
    {
      fields: Object.entries(headers ?? { 'x-tenant': tenant, 'x-key': key }),
      isRepeated: headers !== undefined,
    },
  ];
}

/** The same entries as the deployed Envoy's. */
function gateDescriptors({ keyLimit }: Question & { kind: 'gate' }) {
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

function peerDescriptors({ descriptors }: Question & { kind: 'ratelimit' }) {
  return descriptors.map(({ name, of }) => ({
    entries: [{ key: name, value: of === 'key' ? key : tenant }],
  }));
}

function inGrpcForm(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
