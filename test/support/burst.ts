import { type ClientHttp2Session, connect } from 'node:http2';

/** As many streams as the gateway allows on one connection. */
const STREAMS_PER_CONNECTION = 100;

/**
 * Sends all requests at once, over as few HTTP/2 connections as carry them side by side, and answers
 * what became of each: its status, for a 503 with the sentence that says why, or `no answer`.
 */
export async function burst(options: {
  baseUrl: string;
  requests: number;
  path: string;
  key: string;
}): Promise<string[]> {
  const connections = Math.ceil(options.requests / STREAMS_PER_CONNECTION);
  const sessions = await Promise.all(
    Array.from({ length: connections }, () => openSession(options.baseUrl)),
  );
  try {
    return await Promise.all(
      Array.from({ length: options.requests }, (_, index) =>
        outcomeOf(sessions[index % connections]!, options),
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

function outcomeOf(
  session: ClientHttp2Session,
  { path, key }: { path: string; key: string },
): Promise<string> {
  return new Promise((resolve) => {
    const request = session.request({ ':path': path, 'x-api-key': key });
    let status = 0;
    let text = '';
    request.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('error', () => resolve('no answer'));
    request.on('close', () => resolve(status === 503 ? `503 ${sentenceOf(text)}` : String(status)));
    request.end();
  });
}

function sentenceOf(text: string): string {
  const { message } = JSON.parse(text);
  return String(message);
}

/** How often each outcome came. */
export function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
