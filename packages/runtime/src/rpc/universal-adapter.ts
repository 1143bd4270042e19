import {
  constants,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Stream,
} from 'node:http2';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { Log } from '../log/log.ts';

/** Answers one HTTP/2 request. */
export type NodeHandlerFn = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** How long a caller may go on sending after its answer. */
const inputEndsWithinMs = 200;

/**
 * Hands requests to the router's RPCs by path; any other path gets 404. The same as the library's own
 * adapter, but that failures beside a call go to our log.
 */
export function nodeHandler(router: ConnectRouter, log: Log): NodeHandlerFn {
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const handler = handlers.get(path);
    if (!handler) {
      response.writeHead(404).end();
      return;
    }
    const { stream } = request;
    stream.once('finish', () => endInput(stream));
    void (async () => {
      try {
        const call = universalRequestFromNodeRequest(request, response, undefined, undefined);
        await universalResponseToNodeResponse(await handler(call), response);
      } catch (error) {
        // The caller has gone, or the connection broke in the middle of the answer.
        if (!isGone(error)) log.error({ error, path }, 'an answer could not be sent');
        if (!response.headersSent && !response.destroyed) response.writeHead(500).end();
      }
    })();
  };
}

/**
 * The answer is complete, but the caller may still be sending: a large input is refused unread. Flow
 * control would let it wait for ever, so the rest is thrown away; a caller that has not ended by
 * then is told to stop (RFC 9113, 8.1). Told at once, it could miss trailers still on their way.
 */
function endInput(stream: ServerHttp2Stream): void {
  if (stream.readableEnded || stream.destroyed) return;
  // The library's own listener pauses the stream, because nobody reads the request any more.
  stream.on('data', () => stream.resume());
  stream.resume();
  const stop = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), inputEndsWithinMs);
  stream.once('close', () => clearTimeout(stop));
}

function isGone(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return code === Code.Aborted || code === Code.Canceled;
}
