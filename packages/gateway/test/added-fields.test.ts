import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  RateLimitResponse_Code as Code,
  RateLimitResponse_RateLimit_Unit as Unit,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { StatusCode } from '@tollgate/api/envoy/type/v3/http_status';
import { testKey } from './support/auth-peer.ts';
import { startTestGateway, type TestGateway } from './support/start-gateway.ts';

/*
 * The staged protos of Envoy are older than Envoy; scripts/generate/envoy-additions.ts adds these
 * fields. Each test would fail with a wrong number or type, because Envoy would not understand us.
 */

const headers = { 'x-api-key': testKey };
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

afterEach(() => {
  gateway.auth.answerWith(undefined);
  for (const gate of gateway.gates) gate.answerWith(undefined);
});

function call(to: TestGateway = gateway): Promise<Response> {
  return fetch(`${to.url}/v1/messages/7`, { headers });
}

test('hits_addend and is_negative_hits of a descriptor are what Envoy sends', async () => {
  const asked = '"hits_addend":{"number":1}';
  await using other = await startTestGateway({}, (config) =>
    config.replaceAll(asked, '"hits_addend":{"number":3,"is_negative_hits":true}'),
  );
  await call();
  await call(other);
  const sent = [gateway, other].flatMap(({ gates }) =>
    gates.flatMap(({ seen }) =>
      seen.map(({ hitsAddend, isNegativeHits }) => [hitsAddend, isNegativeHits]),
    ),
  );
  expect(sent).toEqual([
    [1n, false],
    [3n, true],
  ]);
});

test.each([
  { unit: Unit.MINUTE, unitMultiplier: 5, seconds: 300 },
  { unit: Unit.WEEK, unitMultiplier: 1, seconds: 604_800 },
])('unit_multiplier and WEEK of a limit reach the client: $seconds seconds', async (limit) => {
  const { unit, unitMultiplier, seconds } = limit;
  for (const gate of gateway.gates) {
    gate.answerWith(() => ({
      overallCode: Code.OK,
      statuses: [
        {
          code: Code.OK,
          currentLimit: { requestsPerUnit: 100, unit, unitMultiplier },
          limitRemaining: 9,
        },
      ],
    }));
  }
  const answer = await call();
  expect(answer.headers.get('x-ratelimit-limit')).toBe(`100, 100;w=${seconds}`);
});

test('error_response of Auth is an error, not a denial', async () => {
  gateway.auth.answerWith(() => ({
    status: { code: 14 },
    httpResponse: {
      case: 'errorResponse',
      value: { status: { code: StatusCode.ServiceUnavailable }, body: 'starting' },
    },
  }));
  const answer = await call();
  expect(answer.status).toBe(503);
  const stats = await fetch(`${gateway.adminUrl}/stats?filter=ext_authz.(error|denied)$`);
  expect(await stats.text()).toMatch(/ext_authz\.denied: 0\n.*ext_authz\.error: 1\n/);
});
