import { type CodedWork, withStreamCodec } from '@tollgate/runtime/grpc';
import type { KeyEndings } from '../api-keys/key-endings.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { FailedCall, GiveBack } from '../give-backs/give-back.ts';
import type { Owed } from '../give-backs/owed.ts';
import type { AccessLogMetrics } from './access-log-metrics.ts';
import { decodeAccessLog } from './decode-access-log.ts';
import type { LoggedCall } from './logged-call.ts';
import { readLogRecord, type UndecidedCall } from './read-log-record.ts';

/** The answer is an empty message. */
const codec = { decode: decodeAccessLog, encode: () => new Uint8Array(0) };

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
}): CodedWork<true> {
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
  /** Most records ask for nothing. */
  function correctionsOf(call: LoggedCall): Promise<void>[] {
    const { type, failed, undecided, unasked } = readLogRecord(call);
    metrics.record(type);
    if (unasked) metrics.unasked();
    if (failed) return [correct(() => giveBack(failed))];
    return undecided ? [correct(giveBackByEnding(undecided))] : [];
  }
  return withStreamCodec(codec, async (messages) => {
    for await (const calls of messages) {
      // One message at a time: while we are slow, Envoy's stream fills and waits.
      await Promise.all(calls.flatMap(correctionsOf));
    }
    return undefined;
  });
}
