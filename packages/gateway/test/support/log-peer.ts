import type { ServerReadableStream } from '@grpc/grpc-js';
import type { HTTPAccessLogEntry } from '@tollgate/api/envoy/data/accesslog/v3/accesslog';
import type { StreamAccessLogsMessage } from '@tollgate/api/envoy/service/accesslog/v3/als';
import { AccessLogService } from '@tollgate/api/envoy/service/accesslog/v3/als';
import { type GrpcPeer, serveGrpcPeer } from './grpc-peer.ts';

export interface LogPeer extends GrpcPeer {
  readonly seen: HTTPAccessLogEntry[];
}

/** Takes Envoy's access log. */
export async function startLogPeer(): Promise<LogPeer> {
  const seen: HTTPAccessLogEntry[] = [];
  const handler = (call: ServerReadableStream<StreamAccessLogsMessage, unknown>) => {
    call.on('data', ({ logEntries }: StreamAccessLogsMessage) => {
      if (logEntries.case === 'httpLogs') seen.push(...logEntries.value.logEntry);
    });
    // Envoy breaks the stream off when it stops: nothing is owed to it then.
    call.on('error', () => undefined);
  };
  const peer = await serveGrpcPeer([{ method: AccessLogService.method.streamAccessLogs, handler }]);
  return { ...peer, seen };
}
