import type { HTTPAccessLogEntry } from '@tollgate/api/envoy/data/accesslog/v3/accesslog';
import type { StreamAccessLogsMessage } from '@tollgate/api/envoy/service/accesslog/v3/als';
import type { KeyEndings } from '../api-keys/key-endings.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { FailedCall, GiveBack } from '../give-backs/give-back.ts';
import type { Owed } from '../give-backs/owed.ts';
import type { AccessLogMetrics } from './access-log-metrics.ts';
import { readLogRecord, type UndecidedCall } from './read-log-record.ts';

/**
 * Receives Envoy's access log and gives back the charges of failed calls: of those that the
 * stream-done call does not see (gRPC failures are HTTP 200), and of those it has told already,
 * which changes nothing. The log loses records silently, so nothing is billed by it.
 */
export function streamAccessLogs({
  giveBack,
  keyOf,
  owed,
  metrics,
}: {
  giveBack: GiveBack;
  keyOf: KeyEndings['keyOf'];
  owed: Owed;
  metrics: AccessLogMetrics;
}) {
  async function correct(work: () => Promise<boolean>): Promise<void> {
    try {
      metrics.corrected((await work()) ? 'done' : 'nothing');
    } catch (error) {
      if (!(error instanceof CountersUnavailable)) throw error;
      metrics.corrected(owed.add(work) ? 'owed' : 'lost');
    }
  }
  /** Of two keys with the same ending it is not known whose call it was: none is given back. */
  function giveBackByEnding({ keyEnding, requestId }: UndecidedCall): () => Promise<boolean> {
    let call: FailedCall | undefined;
    return async () => {
      const key = await keyOf(keyEnding);
      call ??= key && { ...key, requestId };
      return call ? giveBack(call) : false;
    };
  }
  async function take(entry: HTTPAccessLogEntry): Promise<void> {
    const { type, failed, undecided, unasked } = readLogRecord(entry);
    metrics.record(type);
    if (unasked) metrics.unasked();
    if (failed) await correct(() => giveBack(failed));
    if (undecided) await correct(giveBackByEnding(undecided));
  }
  return async (messages: AsyncIterable<StreamAccessLogsMessage>) => {
    for await (const { logEntries } of messages) {
      if (logEntries.case !== 'httpLogs') continue;
      // One message at a time: while we are slow, Envoy's stream fills and waits.
      await Promise.all(logEntries.value.logEntry.map(take));
    }
    return {};
  };
}
