import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Address } from '../config/parse-setting.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { boundAddress } from '../start/bound-address.ts';
import type { Health } from './health.ts';

/** The operators' listener of one process. */
export interface AdminServer extends AsyncDisposable {
  /** `host:port` as bound. */
  readonly address: string;
}

/**
 * Serves `/healthz` (200 while the process runs), `/readyz` (200 when calls may come, else 503) and
 * `/metrics` over HTTP/1.1. For operators and probes only; nothing routes here from outside.
 */
export async function serveAdmin(options: {
  address: Address;
  health: Health;
  metrics: Metrics;
}): Promise<AdminServer> {
  const { health, metrics } = options;
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, {});
    if (path === '/healthz') return answer(response, 200, { status: 'alive' });
    if (path === '/readyz') return answerReadiness(response, health);
    if (path === '/metrics') return void answerMetrics(response, metrics);
    return answer(response, 404, {});
  });
  server.listen({ host: options.address.host, port: options.address.port });
  await once(server, 'listening');
  return {
    address: boundAddress(server),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answerReadiness(response: ServerResponse, health: Health): void {
  const parts = Object.fromEntries(health.parts);
  answer(response, health.ready ? 200 : 503, { status: health.state, parts });
}

async function answerMetrics(response: ServerResponse, metrics: Metrics): Promise<void> {
  try {
    const body = await metrics.metrics();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(body);
  } catch {
    // A collector threw; the scrape fails visibly and the next one tries again.
    answer(response, 500, { status: 'metrics failed' });
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
