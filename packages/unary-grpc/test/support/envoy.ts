import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePrograms, freePort, startEnvoy, temporaryFolder } from '@tollgate/servers';
import { connectOptions } from '../../src/frames.ts';

/** A real Envoy in front of one server. */
export interface TestEnvoy extends AsyncDisposable {
  /** `host:port`, of HTTP/2 with prior knowledge. */
  readonly address: string;
  /** Statistics of the server's cluster, by their last part: `upstream_cx_total`. */
  stats(): Promise<ReadonlyMap<string, number>>;
}

const http2 = (options: object) => ({
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: options },
  },
});

/** Cancels calls of the path `hurried` after `timeoutMs`; others may take a minute. One worker. */
export async function envoyFor(
  serverAddress: string,
  { hurried, timeoutMs }: { hurried: string; timeoutMs: number },
): Promise<TestEnvoy> {
  await using opened = new AsyncDisposableStack();
  const { folder } = opened.use(temporaryFolder('tollgate-transport-'));
  const [port, adminPort] = [await freePort(), await freePort()];
  const configFile = join(folder, 'envoy.json');
  const routes = [
    { match: { path: hurried }, route: { cluster: 'server', timeout: `${timeoutMs / 1_000}s` } },
    { match: { prefix: '/' }, route: { cluster: 'server', timeout: '60s' } },
  ];
  const config = {
    admin: { address: socketAddress('127.0.0.1', adminPort) },
    static_resources: { listeners: [listener(port, routes)], clusters: [cluster(serverAddress)] },
  };
  await writeFile(configFile, JSON.stringify(config), { mode: 0o644 });
  const { envoy: program } = await ensurePrograms(['envoy']);
  const envoy = await startEnvoy({
    program,
    configFile,
    adminPort,
    logFile: join(folder, 'envoy.log'),
    args: ['--concurrency', '1'],
  });
  opened.defer(() => envoy.stop());
  const running = opened.move();
  return {
    address: `127.0.0.1:${port}`,
    async stats() {
      const answer = await fetch(`http://127.0.0.1:${adminPort}/stats?filter=^cluster.server.`);
      const lines = (await answer.text()).matchAll(/^cluster\.server\.(\S+): (\d+)$/gm);
      return new Map([...lines].map(([, name = '', value]) => [name, Number(value)]));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function listener(port: number, routes: object[]) {
  const manager = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    codec_type: 'HTTP2',
    stat_prefix: 'test',
    http2_protocol_options: { max_concurrent_streams: 10_000 },
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [
      {
        name: 'router',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
        },
      },
    ],
  };
  return {
    address: socketAddress('127.0.0.1', port),
    filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
  };
}

function cluster(serverAddress: string) {
  const { host, port } = connectOptions(serverAddress) as { host: string; port: number };
  const address = socketAddress(host, port);
  const many = 100_000;
  return {
    name: 'server',
    connect_timeout: '5s',
    load_assignment: {
      cluster_name: 'server',
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
    circuit_breakers: { thresholds: [{ max_requests: many, max_pending_requests: many }] },
    // Envoy itself ends a connection with more than 1,000 resets that its server has not read yet
    // (`http2.outbound_control_flood`), which is what a pause makes of calls that time out.
    typed_extension_protocol_options: http2({
      max_outbound_control_frames: 100_000,
      max_concurrent_streams: 4_096,
    }),
  };
}

function socketAddress(address: string, port: number) {
  return { socket_address: { address, port_value: port } };
}
