import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { perService } from '@tollgate/api';
import {
  envoyArguments,
  type Lane,
  renderEnvoyConfig,
  transcoderDescriptorsPath,
  type UpstreamSettings,
} from '@tollgate/gateway';
import { isHttpOk, type Program, serverUser } from '@tollgate/servers';
import type { PortPlan } from './plan-ports.ts';
import { decisionTimeoutMs, type ProcessPorts, rpcProcessOf } from './process-kinds.ts';
import type { ProcessSpec } from './supervise.ts';

/** The shield is per client address, and on one machine all clients share one. */
const SHIELD_REQUESTS_PER_SECOND = 100_000;

/** Writes Envoy's configuration for these ports into `folder`, and says how to run Envoy on it. */
export function envoySpec(
  plan: PortPlan,
  options: {
    folder: string;
    envoy: Program;
    upstreams?: readonly UpstreamSettings[];
    lane?: Lane;
  },
): ProcessSpec {
  const { folder, envoy, upstreams = [], lane = 'two-calls' } = options;
  // Envoy's user may not be able to enter the checkout.
  const descriptorsPath = join(folder, 'tollgate.binpb');
  copyFileSync(transcoderDescriptorsPath, descriptorsPath);
  const configFile = join(folder, 'envoy.json');
  const config = renderEnvoyConfig({
    listen: loopback(plan.gateway),
    exclusivePort: true,
    admin: loopback(plan.envoyAdmin),
    check: loopback(plan.services.auth.envoy),
    gates: gatesOf(plan).map(({ envoy: port }) => loopback(port)),
    accessLog: loopback(plan.services.recorder.envoy),
    services: perService((name) => loopback(plan.services[rpcProcessOf(name)].rpc)),
    readiness: {
      auth: loopback(plan.services.auth.admin),
      gates: gatesOf(plan).map(({ admin }) => loopback(admin)),
    },
    descriptorsPath,
    decisionTimeoutMs,
    shieldRequestsPerSecond: SHIELD_REQUESTS_PER_SECOND,
    upstreams: [
      sampleUpstream('messages', plan.messages),
      sampleUpstream('widgets', plan.widgets),
      ...upstreams,
    ].map((upstream) => ({ lane, ...upstream })),
  });
  writeFileSync(configFile, JSON.stringify(config, null, 2), { mode: 0o644 });
  return {
    name: 'envoy',
    file: envoy.file,
    args: ['-c', configFile, '--disable-hot-restart', '-l', 'warning', ...envoyArguments],
    env: process.env,
    logFile: join(folder, 'logs', 'envoy.log'),
    user: serverUser(),
    isReady: () => isHttpOk({ port: plan.envoyAdmin, path: '/ready' }),
  };
}

function gatesOf({ services }: PortPlan): ProcessPorts[] {
  return Object.entries(services).flatMap(([name, ports]) =>
    name.startsWith('gate-') ? [ports] : [],
  );
}

function sampleUpstream(name: string, port: number): UpstreamSettings {
  return { name, prefixes: [`/v1/${name}`], addresses: [loopback(port)] };
}

function loopback(port: number | undefined): { host: string; port: number } {
  if (port === undefined) throw new Error('A port was not planned.');
  return { host: '127.0.0.1', port };
}
