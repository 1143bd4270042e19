import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { perService } from '@tollgate/api';
import { ensurePrograms, freePort, startEnvoy, temporaryFolder } from '@tollgate/servers';
import { envoyArguments } from '../../src/envoy-arguments.ts';
import { renderEnvoyConfig } from '../../src/render-envoy-config.ts';
import type { GatewaySettings, Lane } from '../../src/settings.ts';
import { transcoderDescriptorsPath } from '../../src/transcoder-descriptors-path.ts';
import { type ApiPeer, startApiPeer } from './api-peer.ts';
import { type AuthPeer, startAuthPeer } from './auth-peer.ts';
import { type GatePeer, startGatePeer } from './gate-peer.ts';
import { judgeAs } from './judge-credential.ts';
import { type LogPeer, startLogPeer } from './log-peer.ts';
import { startUpstreamPeer, type UpstreamPeer } from './upstream-peer.ts';

/** How many questions a call of a protected API costs: what holds for one form holds for the other. */
export const forms: readonly Lane[] = ['two-calls', 'one-call'];

/** A real Envoy with this repository's configuration between peers that a test controls. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly adminUrl: string;
  readonly auth: AuthPeer;
  readonly gates: readonly [GatePeer, GatePeer];
  readonly api: ApiPeer;
  readonly upstream: UpstreamPeer;
  readonly log: LogPeer;
  /** Envoy's own log so far, for a failed expectation. */
  envoyLog(): Promise<string>;
}

/**
 * Proves the configuration alone. `form` is that of all protected APIs; `settings` replaces what a
 * test needs otherwise; `adjust` changes the rendered text, for a test of Envoy itself.
 */
export async function startTestGateway(
  { form = 'two-calls', ...settings }: Partial<GatewaySettings> & { form?: Lane } = {},
  adjust: (config: string) => string = (config) => config,
): Promise<TestGateway> {
  await using opened = new AsyncDisposableStack();
  const auth = opened.use(await startAuthPeer());
  const judge = judgeAs(auth);
  const startGate = async () => opened.use(await startGatePeer(judge));
  const gates = [await startGate(), await startGate()] as const;
  const api = opened.use(await startApiPeer());
  const upstream = opened.use(await startUpstreamPeer());
  const log = opened.use(await startLogPeer());
  const folder = opened.use(temporaryFolder('tollgate-gateway-')).folder;
  const listen = { host: '127.0.0.1', port: await freePort() };
  const admin = { host: '127.0.0.1', port: await freePort() };
  const descriptorsPath = join(folder, 'tollgate.binpb');
  await copyFile(transcoderDescriptorsPath, descriptorsPath);
  const { address } = api;
  const { upstreams, ...others } = settings;
  const protectedApis = upstreams ?? [
    { name: 'messages', prefixes: ['/v1/messages'], addresses: [upstream.address] },
    { name: 'stripped', prefixes: ['/shop'], addresses: [upstream.address], stripPrefix: true },
  ];
  const config = renderEnvoyConfig({
    listen,
    admin,
    check: auth.address,
    gates: gates.map((gate) => gate.address),
    accessLog: log.address,
    services: perService(() => address),
    descriptorsPath,
    upstreams: protectedApis.map((one) => ({ lane: form, ...one })),
    // A busy machine must not turn a test of the configuration into one of speed.
    decisionTimeoutMs: 10_000,
    ...others,
  });
  const configFile = join(folder, 'envoy.json');
  await writeFile(configFile, adjust(JSON.stringify(config)), { mode: 0o644 });
  const { envoy: program } = await ensurePrograms(['envoy']);
  const logFile = join(folder, 'envoy.log');
  const envoy = await startEnvoy({
    program,
    configFile,
    adminPort: admin.port,
    logFile,
    args: [...envoyArguments],
  });
  opened.defer(() => envoy.stop());
  const running = opened.move();
  return {
    url: `http://127.0.0.1:${listen.port}`,
    port: listen.port,
    adminUrl: `http://127.0.0.1:${admin.port}`,
    auth,
    gates,
    api,
    upstream,
    log,
    envoyLog: () => readFile(logFile, 'utf8'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
