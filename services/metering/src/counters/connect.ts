import type { Clock, Health, Log } from '@tollgate/runtime/service';
import { Redis } from 'ioredis';
import { CountersUnavailable } from './counters-unavailable.ts';
import { createRedisClock } from './redis-clock.ts';
import { type EncodedBatch, runBatch } from './run-batch.ts';
import { runScript, type Script } from './script.ts';

/**
 * A connection to the counters in Redis. Calls fail at once while it is down; it comes back itself.
 * Whatever Redis or the way to it does wrong is `CountersUnavailable`, with the driver's error as its
 * cause: what is left to fail otherwise is Postgres' or ours.
 */
export interface Counters extends AsyncDisposable {
  /** Asks by a command of the driver's. @throws CountersUnavailable unless it is answered. */
  ask<T>(question: (redis: Redis) => Promise<T>): Promise<T>;
  /**
   * Names the run of the server that answers now. Counters count only with an epoch of this run: a
   * server that was restarted may have lost any of them.
   *
   * @throws CountersUnavailable while there is no connection.
   */
  run(): string;
  /** The present by Redis' clock as seen lately, in microseconds since 1970: see `RedisClock`. */
  nowUs(): number;
  /** Takes note of Redis' clock. */
  sawTime(nowUs: number): void;
  /** Runs a script. @throws CountersUnavailable unless it is answered. */
  script(script: Script, names: readonly string[], args: (string | number)[]): Promise<unknown>;
  /**
   * Runs a script on a batch.
   *
   * @throws CountersUnavailable unless it is answered; whoever asks to charge must know himself until
   *   when he may ask again.
   */
  batch(script: Script, batch: EncodedBatch): Promise<unknown>;
}

/** The server may forget counters when its memory is full, so that nothing could be counted. */
export class UnsafeRedis extends Error {
  override readonly name = 'UnsafeRedis';
}

const connectTimeoutMs = 1_000;
/** A peer that is silent for so long with questions open is given up, and connected anew. */
const silenceMsMax = 2_000;
const reconnectDelayMsMax = 500;
/** How long opening waits for a server before it goes on without one. */
const openWaitMs = 2_000;

/**
 * Connects to Redis. Without a server it answers all the same, degraded, and goes on trying.
 *
 * @throws UnsafeRedis when the server's `maxmemory-policy` is not `noeviction`.
 */
export async function openCounters(
  { url, name }: { url: string; name: string },
  { clock, log, health }: { clock: Clock; log: Log; health: Health },
): Promise<Counters> {
  let run: string | undefined;
  const redisClock = createRedisClock(clock);
  const redis = connect(url, name);
  const first = Promise.withResolvers<void>();

  function down(cause: string): void {
    if (run !== undefined) log.warn({ cause }, 'counters are unavailable');
    run = undefined;
    health.report('redis', 'degraded', cause);
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
    redisClock.restart(server.nowUs);
    run = server.run;
    health.report('redis', 'ok');
    first.resolve();
  }

  redis.on('ready', () => void up().catch((error) => down(error.message)));
  redis.on('close', () => down('the connection is closed'));
  redis.on('error', (error) => down(error.message));
  await settled(first.promise, redis, log);

  function presentRun(): string {
    if (run === undefined) throw new CountersUnavailable('Redis is not connected');
    return run;
  }
  async function ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    presentRun();
    try {
      return await question(redis);
    } catch (cause) {
      throw new CountersUnavailable('Redis did not answer', { cause });
    }
  }

  return {
    ask,
    run: presentRun,
    nowUs: redisClock.nowUs,
    sawTime: redisClock.saw,
    script: (script, names, args) => ask(() => runScript(redis, script, names, args)),
    batch: (script, batch) => ask(() => runBatch(redis, script, batch)),
    async [Symbol.asyncDispose]() {
      redis.removeAllListeners();
      redis.on('error', () => undefined);
      redis.disconnect();
      health.forget('redis');
    },
  };
}

function connect(url: string, name: string): Redis {
  return new Redis(url, {
    connectionName: `tollgate-${name}`,
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMsMax,
    // A question whose answer was lost is asked again by whoever still wants to know.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(20 * attempt, reconnectDelayMsMax),
  });
}

/** Waits a little for the first connection; only an unsafe server is a reason not to start. */
async function settled(first: Promise<void>, redis: Redis, log: Log): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    log.warn('starting without counters: Redis does not answer');
    patience.resolve();
  }, openWaitMs);
  try {
    await Promise.race([first, patience.promise]);
  } catch (error) {
    redis.disconnect();
    throw error;
  } finally {
    clearTimeout(timer);
    // A server that turns out unsafe later is logged and not used.
    first.catch(() => undefined);
  }
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
