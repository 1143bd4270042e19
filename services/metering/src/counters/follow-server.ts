import type { Health, Log } from '@tollgate/runtime/service';
import type { Redis } from 'ioredis';
import { CountersUnavailable } from './counters-unavailable.ts';
import { runNumber } from './strings.ts';

/** The server may forget counters when its memory is full, so that nothing could be counted. */
export class UnsafeRedis extends Error {
  override readonly name = 'UnsafeRedis';
}

/** The server behind a connection, as long as there is one that can be used. */
export interface FollowedServer extends Disposable {
  /** @throws CountersUnavailable while there is none. */
  run(): number;
  /** When the first one is known; an unsafe one is an error. */
  readonly isKnown: Promise<void>;
}

/** In which all that lies in the sockets is read. */
const readMs = 20;

/**
 * Follows who answers. A server that replaces another one is used `retriedWithinMs` after it answered:
 * see `CountersOptions`. `onTime` is told its clock, in microseconds since 1970.
 */
export function followServer(
  redis: Redis,
  {
    log,
    health,
    onTime,
    retriedWithinMs,
  }: { log: Log; health: Health; onTime: (nowUs: number) => void; retriedWithinMs: number },
): FollowedServer {
  let run: number | undefined;
  let runBefore: number | undefined;
  let waiting: NodeJS.Timeout | undefined;
  const first = Promise.withResolvers<void>();
  function down(cause: string): void {
    if (run !== undefined) log.warn({ cause }, 'counters are unavailable');
    run = undefined;
    clearTimeout(waiting);
    health.report('redis', 'degraded', cause);
  }
  function use(newRun: number): void {
    run = newRun;
    runBefore = newRun;
    health.report('redis', 'ok');
    first.resolve();
  }
  async function up(): Promise<void> {
    const server = await describeServer(redis);
    if (server.memoryPolicy !== 'noeviction') {
      const problem = `maxmemory-policy must be noeviction, not ${server.memoryPolicy}`;
      down(problem);
      log.error(problem);
      first.reject(new UnsafeRedis(problem));
      return;
    }
    onTime(server.nowUs);
    const newRun = runNumber(server.run);
    if (runBefore === undefined || runBefore === newRun) return use(newRun);
    health.report('redis', 'degraded', 'calls of the Redis before may still come again');
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      // Of what a process that stood still has not read yet, all is read first, and refused.
      waiting = setTimeout(() => use(newRun), readMs);
    }, retriedWithinMs);
  }
  redis.on('ready', () => void up().catch((error) => down(error.message)));
  redis.on('close', () => down('the connection is closed'));
  redis.on('error', (error) => down(error.message));
  return {
    run() {
      if (run === undefined) throw new CountersUnavailable('Redis is not connected');
      return run;
    },
    isKnown: first.promise,
    [Symbol.dispose]: () => clearTimeout(waiting),
  };
}

async function describeServer(redis: Redis) {
  const info = await redis.info();
  const field = (name: string): string => {
    const value = new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
    if (value === undefined) throw new Error(`Redis does not say its ${name}`);
    return value;
  };
  return {
    run: field('run_id'),
    memoryPolicy: field('maxmemory_policy'),
    nowUs: Number(field('server_time_usec')),
  };
}
