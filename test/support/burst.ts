import { type ClientHttp2Session, connect } from 'node:http2';

/** As many streams as the gateway allows on one connection. */
const STREAMS_PER_CONNECTION = 100;

/**
 * Sends all requests at once, over as few HTTP/2 connections as carry them side by side, and answers
 * their statuses; 0 stands for a request that got no answer.
 */
export async function burst(options: {
  baseUrl: string;
  requests: number;
  path: string;
  key: string;
}): Promise<number[]> {
  const connections = Math.ceil(options.requests / STREAMS_PER_CONNECTION);
  const sessions = await Promise.all(
    Array.from({ length: connections }, () => openSession(options.baseUrl)),
  );
  try {
    return await Promise.all(
      Array.from({ length: options.requests }, (_, index) =>
        statusOf(sessions[index % connections]!, options),
      ),
    );
  } finally {
    for (const session of sessions) session.close();
  }
}

function openSession(baseUrl: string): Promise<ClientHttp2Session> {
  const session = connect(baseUrl);
  return new Promise((resolve, reject) => {
    session.once('remoteSettings', () => resolve(session));
    session.once('error', reject);
  });
}

function statusOf(
  session: ClientHttp2Session,
  { path, key }: { path: string; key: string },
): Promise<number> {
  return new Promise((resolve) => {
    const request = session.request({ ':path': path, 'x-api-key': key });
    let status = 0;
    request.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    request.on('error', () => resolve(0));
    request.on('close', () => resolve(status));
    request.resume();
    request.end();
  });
}
