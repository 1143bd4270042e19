import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { Log } from '../log/log.ts';

/** Answers one HTTP/2 request. */
export type NodeHandlerFn = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

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

function isGone(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return code === Code.Aborted || code === Code.Canceled;
}
