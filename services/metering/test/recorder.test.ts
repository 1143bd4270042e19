import { randomUUID } from 'node:crypto';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import {
  AccessLogType,
  type HTTPAccessLogEntrySchema,
} from '@tollgate/api/envoy/data/accesslog/v3/accesslog';
import {
  StreamAccessLogsMessageSchema,
  StreamAccessLogsResponseSchema,
} from '@tollgate/api/envoy/service/accesslog/v3/als';
import { usageThresholdReached } from '@tollgate/api/events';
import type { UsageThresholdReachedSchema } from '@tollgate/api/tollgate/metering/v1/events';
import { usageWindows } from '@tollgate/api/words';
import type { EventOf } from '@tollgate/runtime/events';
import { eventually } from '@tollgate/testkit';
import { accountName, shardNames } from '../src/counters/names.ts';
import { type GateAnswer, tally } from './support/gate-client.ts';
import { quota, rate, startTestMetering, type TestMetering } from './support/metering.ts';

let metering: TestMetering;
let thresholds: readonly EventOf<typeof UsageThresholdReachedSchema>[];
beforeAll(async () => {
  metering = await startTestMetering();
  thresholds = await metering.place.hear(usageThresholdReached);
});
afterAll(async () => metering?.[Symbol.asyncDispose]());

async function admitMany(count: number, tenant: TenantId, entries = {}): Promise<GateAnswer[]> {
  return Promise.all(
    Array.from({ length: count }, () => metering.gates[0].admit({ tenant, ...entries })),
  );
}

function thresholdsOf(tenant: TenantId) {
  return thresholds
    .filter(({ payload }) => payload.tenantId === tenant)
    .map(({ payload: { thresholdPercent: percent, usage, limitId } }) => {
      return { percent, usage, limitId };
    });
}

async function usageOf(tenant: TenantId): Promise<number> {
  return Number((await metering.usageApi(tenant).getUsage({})).total);
}

test('usage read right after a call includes it, in every window and by key', async () => {
  const tenant = await metering.entitle({ limits: [] });
  await admitMany(3, tenant, { key: 'key_a' });
  await admitMany(2, tenant, { key: 'key_b' });
  const api = metering.usageApi(tenant);
  for (const window of usageWindows) {
    const byKey = await api.getUsage({ window, groupBy: 'key' });
    expect(byKey.total).toBe(5n);
    expect(byKey.data.map(({ keyId, value }) => [keyId, value])).toEqual([
      ['key_a', 3n],
      ['key_b', 2n],
    ]);
    const [all] = (await api.getUsage({ window })).data;
    expect(all).toMatchObject({ value: 5n, keyId: '' });
    expect(all?.windowStart?.seconds).toBeLessThan(all?.windowEnd?.seconds ?? 0n);
  }
});

test('a span that is not of slots, or too long, is refused with every violation', async () => {
  const tenant = await metering.entitle({ limits: [] });
  const api = metering.usageApi(tenant);
  const broken = { start: { seconds: 1n }, end: { seconds: 3_660n } };
  await expect(api.getUsage(broken)).rejects.toThrow(/start: .* \(and 1 more\)/);
  const year4000 = BigInt(Date.UTC(4000, 0, 1) / 1_000);
  const backwards = { start: { seconds: 7_200n }, end: { seconds: 3_600n } };
  const late = { start: { seconds: year4000 }, end: { seconds: year4000 + 900n } };
  await expect(api.getUsage(late)).rejects.toThrow(/end: must be a full quarter of an hour/);
  await expect(api.getUsage(backwards)).rejects.toThrow(/end: must be after start/);
  const long = { start: { seconds: 0n }, end: { seconds: 3_600n * 24n * 401n } };
  await expect(api.getUsage(long)).rejects.toThrow(/400 days/);
});

test('the rate limit says what is left, costs nothing, and agrees with the gate', async () => {
  const tenant = await metering.entitle({ limits: [rate(2, 'hour', 5), quota(100)] });
  const [admitted] = await admitMany(1, tenant);
  const api = metering.usageApi(tenant);
  for (let look = 0; look < 3; look += 1) {
    const { limits, requestsRemaining, planId } = await api.getRateLimit({});
    expect(planId).toBe('plan_test');
    expect(requestsRemaining).toBe(4n);
    expect(limits).toMatchObject([
      { limitId: 'requests-per-hour', kind: 'rate', limit: 5n, remaining: 4n, window: 'hour' },
      {
        limitId: 'requests-per-month',
        kind: 'quota',
        limit: 100n,
        remaining: 99n,
        window: 'month',
      },
    ]);
  }
  expect(admitted?.response?.statuses.map(({ limitRemaining }) => limitRemaining)).toEqual([4, 99]);
});

test('80 and 100 percent of a quota are announced once each, also when calls are given back', async () => {
  const tenant = await metering.entitle({ limits: [quota(10)] });
  const own = () => thresholdsOf(tenant);
  await admitMany(7, tenant);
  await usageOf(tenant);
  expect(own()).toEqual([]);
  const eighth = await admitMany(1, tenant);
  await eventually({ withinMs: 5_000 }, () => {
    const limitId = 'requests-per-month';
    expect(own()).toEqual([{ percent: 80, usage: 8n, limitId }]);
  });
  await metering.gates[0].giveBack({ tenant, rid: eighth[0]?.requestId ?? '' });
  await usageOf(tenant);
  await admitMany(10, tenant);
  await eventually({ withinMs: 5_000 }, () => {
    expect(own().map(({ percent }) => percent)).toEqual([80, 100]);
  });
  await usageOf(tenant);
  const [alerts] = await metering.place.database.sql<{ count: string }>(
    'select count(*) from metering.usage_alert where tenant_id = $1',
    [tenant],
  );
  expect(alerts?.count).toBe('2');
  expect(own()).toHaveLength(2);
});

test('without a hard quota the included requests are what thresholds refer to', async () => {
  const tenant = await metering.entitle({ limits: [], includedRequests: 4n });
  expect(tally(await admitMany(5, tenant))).toEqual({ OK: 5 });
  await eventually({ withinMs: 5_000 }, () => {
    expect(thresholdsOf(tenant).map(({ percent, limitId }) => [percent, limitId])).toEqual([
      [80, 'included-requests'],
      [100, 'included-requests'],
    ]);
  });
});

type Entry = MessageInitShape<typeof HTTPAccessLogEntrySchema>;

/** Sends access-log records as Envoy does: a stream that stays open. */
function sendLog(entries: Entry[]): Disposable {
  const client = new Client(metering.recorder.address('envoy'), credentials.createInsecure());
  const stream = client.makeClientStreamRequest(
    '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs',
    (message: MessageInitShape<typeof StreamAccessLogsMessageSchema>) =>
      Buffer.from(
        toBinary(StreamAccessLogsMessageSchema, create(StreamAccessLogsMessageSchema, message)),
      ),
    (bytes) => fromBinary(StreamAccessLogsResponseSchema, bytes),
    () => undefined,
  );
  stream.on('error', () => undefined);
  stream.write({ logEntries: { case: 'httpLogs', value: { logEntry: entries } } });
  return { [Symbol.dispose]: () => client.close() };
}

function record(
  answer: GateAnswer | undefined,
  tenant: TenantId,
  response: Entry['response'],
  options: { start?: boolean; metadata?: boolean; upstream?: boolean } = {},
): Entry {
  const limiter = answer?.metadata ?? {};
  return {
    commonProperties: {
      accessLogType: options.start ? AccessLogType.DownstreamStart : AccessLogType.DownstreamEnd,
      streamId: answer?.requestId ?? randomUUID(),
      ...(options.upstream ? { upstreamRemoteAddress: {} } : {}),
      metadata: {
        filterMetadata: {
          'envoy.filters.http.ext_authz': {
            class: 'upstream',
            tenant,
            environment: 'live',
            key: 'key_a',
          },
          ...(options.metadata === false ? {} : { 'envoy.filters.http.ratelimit': { ...limiter } }),
        },
      },
    },
    response: response ?? {},
  };
}

test('the access log gives failed calls back, each once, and no other', async () => {
  const tenant = await metering.entitle({ limits: [quota(100)] });
  const [ok, http500, grpcInternal, grpcNotFound, twice, unlabelled, starting, left, aborted] =
    await admitMany(9, tenant);
  const told = twice?.metadata['reservation'] ?? '';
  const rid = twice?.requestId ?? '';
  await metering.gates[0].giveBack({ tenant, rid, reservation: told });
  expect(await usageOf(tenant)).toBe(8);
  const records = [
    record(ok, tenant, { responseCode: 200 }),
    record(http500, tenant, { responseCode: 500 }),
    record(grpcInternal, tenant, { responseCode: 200, responseTrailers: { 'grpc-status': '13' } }),
    record(grpcNotFound, tenant, { responseCode: 200, responseTrailers: { 'grpc-status': '5' } }),
    record(twice, tenant, { responseCode: 502 }),
    record(unlabelled, tenant, { responseCode: 503 }, { metadata: false }),
    record(starting, tenant, { responseCode: 500 }, { start: true }),
    record(undefined, tenant, { responseCode: 500 }),
    // Their clients went away: before an upstream saw the call, and after.
    record(left, tenant, {}, { metadata: false }),
    record(aborted, tenant, {}, { upstream: true }),
  ];
  using streams = new DisposableStack();
  streams.use(sendLog(records));
  streams.use(sendLog(records));
  await eventually({ withinMs: 5_000 }, async () => expect(await usageOf(tenant)).toBe(4));
  streams.use(sendLog(records));
  // What comes after has been worked on after what came before.
  const [last] = await admitMany(1, tenant);
  streams.use(sendLog([...records, record(last, tenant, { responseCode: 500 })]));
  await eventually({ withinMs: 5_000 }, async () => {
    const { data } = await metering.usageApi(tenant).getUsage({ window: 'hour' });
    expect(data.reduce((sum, { value }) => sum + value, 0n)).toBe(4n);
  });
});

test('a call that was left while a gate alone decided is given back to the key with its ending', async () => {
  const [tenant, other] = [
    await metering.entitle({ limits: [quota(9)] }),
    await metering.entitle({ limits: [quota(9)] }),
  ];
  const answers = await admitMany(3, tenant);
  await admitMany(2, other);
  const key = (of: TenantId) => `${of}|live|key_a`;
  await metering.inRedis(async (redis) => {
    await redis.sadd('tg:ending:wXyZ', key(tenant));
    await redis.sadd('tg:ending:same', key(tenant), key(other));
    await redis.sadd('tg:ending:odd_', 'nonsense');
  });
  const left = (
    answer: GateAnswer | undefined,
    { ending = 'wXyZ', ...more }: { ending?: string; upstreamRemoteAddress?: object } = {},
  ): Entry => ({
    commonProperties: {
      accessLogType: AccessLogType.DownstreamEnd,
      streamId: answer?.requestId ?? '',
      metadata: { filterMetadata: { tollgate: { key_ending: ending } } },
      ...more,
    },
    response: {},
  });
  const records = [
    left(answers[0]),
    left(answers[0]),
    // Passed on by a gateway that has no guard: an alarm, and nothing to give back.
    left(answers[1], { upstreamRemoteAddress: {} }),
    left(answers[2], { ending: 'none' }),
    left(answers[2], { ending: 'odd_' }),
    // Of two keys that end alike it is not known whose call it was.
    left(answers[2], { ending: 'same' }),
  ];
  using streams = new DisposableStack();
  streams.use(sendLog(records));
  await eventually({ withinMs: 5_000 }, async () => expect(await usageOf(tenant)).toBe(2));
  expect(await usageOf(other)).toBe(2);
});

test('a snapshot that comes twice, late or in another order changes nothing', async () => {
  const tenant = await metering.entitle({ limits: [] });
  await admitMany(5, tenant);
  expect(await usageOf(tenant)).toBe(5);
  const { changed, credential } = shardNames(0);
  const name = credential(accountName(tenant, 'live'), 'key_a');
  // Marked again although nothing has changed: it is saved again.
  for (let time = 0; time < 3; time += 1) {
    await metering.inRedis((redis) => redis.zadd(changed, 0, name));
    expect(await usageOf(tenant)).toBe(5);
  }
  // A later count in Postgres than the snapshot brings stays.
  await metering.place.database.sql(
    'update metering.usage_counter set admitted = 9 where tenant_id = $1',
    [tenant],
  );
  await metering.inRedis((redis) => redis.zadd(changed, 0, name));
  expect(await usageOf(tenant)).toBe(9);
});
