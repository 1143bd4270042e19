import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { type GateProcess, startGateProcess } from '../gate/gate-process.ts';
import { audit, auditTenants } from './audit-limits.ts';
import type { Contestant } from './contestant.ts';
import { neverReached, population, tenantOf } from './population.ts';

/** A load's key has this limit; as a rate a minute. */
export const gateKeyLimit = `${neverReached}/60`;

const settings = {
  // What is shipped, also where it costs decisions.
  TOLLGATE_REDIS_TIMEOUT_MS: '40',
  // Records of requests die in the run that made them, so that its Redis has that work, and not
  // the Redis of whoever is measured next.
  TOLLGATE_REQUEST_RECORD_TTL_MS: '1000',
};

/** Starts gates with all features on; the name says what sets them apart. */
export async function startGates(options: {
  transport: 'unary-grpc' | 'grpc-js';
  gates: number;
  /** For a Unix socket of each gate's own; absent: TCP. Must exist. */
  socketFolder?: string;
  servers: { databaseUrl: string; natsUrl: string; redisUrl: string };
}): Promise<Contestant> {
  const { transport, gates, socketFolder, servers } = options;
  await using opened = new AsyncDisposableStack();
  const started: GateProcess[] = [];
  for (let gate = 0; gate < gates; gate += 1) {
    const process = await startGateProcess(servers, {
      ...settings,
      TOLLGATE_GRPC_TRANSPORT: transport,
      ...(socketFolder && {
        TOLLGATE_ENVOY_ADDRESS: `unix:${join(socketFolder, `gate-${gate + 1}-of-${gates}.sock`)}`,
      }),
    });
    started.push(opened.use(process));
    // Envoy may run as another user.
    if (socketFolder) chmodSync(process.address.slice('unix:'.length), 0o666);
  }
  const owned = opened.move();
  return {
    name: [
      `Tollgate, ${transport}`,
      ...(gates > 1 ? [`${gates} gates`] : []),
      ...(socketFolder ? ['Unix sockets'] : []),
    ].join(', '),
    addresses: started.map(({ address }) => address),
    pids: started.map(({ pid }) => pid),
    kind: 'gate',
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Gives all tenants their monthly quotas, without asking Billing. */
export async function entitleTenants(
  sql: (text: string, values: unknown[]) => Promise<unknown>,
  contestants: number,
): Promise<void> {
  const { first, count } = population.tenants;
  const quotas = Array.from({ length: count }, (_, at): [number, number] => [
    first + at,
    neverReached,
  ]);
  for (let at = 0; at < contestants; at += 1) {
    quotas.push([auditTenants.single + 10 * at, audit.single]);
    quotas.push([auditTenants.double + 10 * at, audit.tenant]);
  }
  await sql(
    `insert into metering.policy (tenant_id, version, entitlements)
     select tenant_id, 1, jsonb_build_object(
       'version', '1', 'planId', 'plan_bench', 'onLimiterUnavailable', 'deny',
       'tenantId', tenant_id, 'limits', jsonb_build_array(jsonb_build_object(
         'limitId', 'requests-per-month', 'kind', 'quota', 'requests', requests, 'window', 'month'
       )))
     from unnest($1::text[], $2::text[]) as t (tenant_id, requests)`,
    [quotas.map(([tenant]) => tenantOf(tenant)), quotas.map(([, requests]) => String(requests))],
  );
}
