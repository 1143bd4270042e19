import { createServer } from 'node:http';

const BODY_BYTES_MAX = 65_536;

/** Reads a JSON body; undefined when it is too large or no JSON object. */
export async function readJson(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Serves `answer(request) → {status, body}` as JSON on HOST:PORT (default 127.0.0.1, a free port)
 * until SIGTERM. A request header `x-sample-status: 503` makes it answer that status, so that
 * failures can be tried.
 */
export function serveSample(name, answer) {
  const server = createServer(async (request, response) => {
    const { status, body } = await answerSafely(answer, request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  server.keepAliveTimeout = 65_000;
  server.listen(Number(process.env.PORT ?? 0), process.env.HOST ?? '127.0.0.1', () => {
    const { address, port } = server.address();
    console.log(
      JSON.stringify({ msg: 'ready', service: name, addresses: { http: `${address}:${port}` } }),
    );
  });
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

async function answerSafely(answer, request) {
  if (request.url === '/healthz') return { status: 200, body: { status: 'ok' } };
  const wanted = Number(request.headers['x-sample-status']);
  if (Number.isInteger(wanted) && wanted >= 400 && wanted <= 599) {
    request.resume();
    return {
      status: wanted,
      body: { error: `answered ${wanted} because x-sample-status asked for it` },
    };
  }
  try {
    return await answer(request);
  } catch (error) {
    console.error(error);
    return { status: 500, body: { error: 'internal error' } };
  }
}
