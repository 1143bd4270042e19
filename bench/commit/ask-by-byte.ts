import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { percentile } from '../gate/statistics.ts';

/** What to ask: a byte is a question, a byte is an answer. */
export interface BytePlan {
  readonly port: number;
  readonly concurrency: number;
  readonly seconds: number;
}

/** What came of it. */
export interface ByteResult {
  readonly answered: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const connections = 4;

process.once('message', (plan: BytePlan) => void work(plan));

async function work({ port, concurrency, seconds }: BytePlan): Promise<void> {
  const latencies: number[] = [];
  const untilMs = performance.now() + seconds * 1_000;
  const used = Math.min(connections, concurrency);
  await Promise.all(
    Array.from({ length: used }, async () => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      await once(socket, 'connect');
      await askUntil(socket, { untilMs, open: concurrency / used, latencies });
    }),
  );
  const sorted = Float64Array.from(latencies);
  process.send?.({
    answered: latencies.length,
    p50Us: percentile(sorted, 0.5),
    p99Us: percentile(sorted, 0.99),
  } satisfies ByteResult);
  process.disconnect?.();
}

/** Keeps so many questions open on a connection; each answer is followed by the next question. */
async function askUntil(
  socket: Socket,
  { untilMs, open, latencies }: { untilMs: number; open: number; latencies: number[] },
): Promise<void> {
  const askedMs: number[] = [];
  const ask = (count: number) => {
    for (let at = 0; at < count; at += 1) askedMs.push(performance.now());
    socket.write(Buffer.alloc(count));
  };
  ask(open);
  for await (const answers of socket as AsyncIterable<Buffer>) {
    const nowMs = performance.now();
    for (let at = 0; at < answers.length; at += 1) {
      latencies.push((nowMs - (askedMs.shift() ?? nowMs)) * 1_000);
    }
    if (nowMs < untilMs) ask(answers.length);
    else if (askedMs.length === 0) break;
  }
  socket.destroy();
}
