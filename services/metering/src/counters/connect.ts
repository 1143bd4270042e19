import type { Clock, Health, Log } from '@tollgate/runtime/service';
import { Redis } from 'ioredis';
import { CountersUnavailable } from './counters-unavailable.ts';
import { followServer } from './follow-server.ts';
import { createRedisClock } from './redis-clock.ts';
import { redisEndpoint } from './redis-endpoint.ts';
import { openRedisLink, type RedisLink, type WriteCommand } from './redis-link.ts';
import { type OnReply, RedisRefusal } from './reply-parser.ts';
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
   * The run of the server that answers now, as a number. Accounts count only when they were complete
   * in this run: a server that was restarted may have lost any of them.
   *
   * @throws CountersUnavailable while there is no connection.
   */
  run(): number;
  /** Over how many shards the accounts are spread: on one server there is one. */
  readonly shards: number;
  /** The present by Redis' clock as seen lately, in microseconds since 1970: see `RedisClock`. */
  nowUs(): number;
  /** Takes note of Redis' clock. */
  sawTime(nowUs: number): void;
  /** Runs a script. @throws CountersUnavailable unless it is answered. */
  script(
    script: Script,
    names: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<unknown>;
  /** The same, with all texts of the reply as bytes. */
  scriptBytes(
    script: Script,
    names: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<unknown>;
  /**
   * Sends one prepared call of a script about a shard, on a connection of its own. `write` may be asked
   * twice: when Redis has forgotten the script. `onReply` is told once.
   *
   * @throws CountersUnavailable while there is no connection.
   */
  send(shard: number, script: Script, write: WriteCommand, onReply: OnReply): void;
}

const connectTimeoutMs = 1_000;
/** A peer that is silent for so long with questions open is given up, and connected anew. */
const silenceMsMax = 2_000;
const reconnectDelayMsMax = 500;
/** How long opening waits for a server before it goes on without one. */
const openWaitMs = 2_000;

/** To which server, and how. */
export interface CountersOptions {
  readonly url: string;
  /** For Redis' list of who is connected. */
  readonly name: string;
  /**
   * For so long a call that one run of Redis was asked for may come again. Another run may not know
   * it, although Postgres may have its charge: it is counted with only when that time has passed.
   */
  readonly retriedWithinMs?: number;
}

/**
 * Connects to Redis. Without a server it answers all the same, degraded, and goes on trying.
 *
 * @throws UnsafeRedis when the server's `maxmemory-policy` is not `noeviction`.
 */
export async function openCounters(
  { url, name, retriedWithinMs = 0 }: CountersOptions,
  { clock, log, health }: { clock: Clock; log: Log; health: Health },
): Promise<Counters> {
  const redisClock = createRedisClock(clock);
  const redis = connect(url, name);
  const onTime = redisClock.restart;
  const server = followServer(redis, { log, health, onTime, retriedWithinMs });
  const linked = Promise.withResolvers<void>();
  const link = openRedisLink({
    endpoint: async () => redisEndpoint(url),
    name: `tollgate-${name}-decisions`,
    onReady() {
      health.report('decisions', 'ok');
      linked.resolve();
    },
    onDown: (cause) => health.report('decisions', 'degraded', cause),
  });
  async function close(): Promise<void> {
    await link[Symbol.asyncDispose]();
    server[Symbol.dispose]();
    redis.removeAllListeners();
    redis.on('error', () => undefined);
    redis.disconnect();
    health.forget('redis');
    health.forget('decisions');
  }
  try {
    await settled(Promise.all([server.isKnown, linked.promise]), log);
  } catch (error) {
    await close();
    throw error;
  }
  async function ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    server.run();
    try {
      return await question(redis);
    } catch (cause) {
      throw new CountersUnavailable('Redis did not answer', { cause });
    }
  }
  return {
    shards: 1,
    ask,
    run: server.run,
    nowUs: redisClock.nowUs,
    sawTime: redisClock.saw,
    script: (script, names, args) => ask(() => runScript(redis, script, names, args)),
    scriptBytes: (script, names, args) =>
      ask(() => runScript({ call: redis.callBuffer.bind(redis) }, script, names, args)),
    // All shards are on one server.
    send(_shard, script, write, onReply) {
      const writeTo: WriteCommand = (writer, run) => {
        // What is decided on one server cannot be saved from another one.
        if (run !== server.run()) throw new CountersUnavailable('Redis was replaced just now');
        return write(writer, run);
      };
      server.run();
      sendScript(link, script, writeTo, onReply);
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Sends the call of a script; its text first when Redis has forgotten it (restart, SCRIPT FLUSH). */
function sendScript(
  link: RedisLink,
  { source }: Script,
  write: WriteCommand,
  onReply: OnReply,
): void {
  link.send(write, (error, reply) => {
    if (!(error instanceof RedisRefusal) || !error.message.startsWith('NOSCRIPT')) {
      onReply(error, reply);
      return;
    }
    try {
      link.send(
        (writer) => {
          writer.begin(3);
          for (const part of ['SCRIPT', 'LOAD', source]) writer.text(part);
          return writer.end();
        },
        () => undefined,
      );
      // Commands are done in their order; if the first was refused, so is this one.
      link.send(write, onReply);
    } catch (failure) {
      onReply(Error.isError(failure) ? failure : new Error('not sent'), undefined);
    }
  });
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
async function settled(first: Promise<unknown>, log: Log): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    log.warn('starting without counters: Redis does not answer');
    patience.resolve();
  }, openWaitMs);
  try {
    await Promise.race([first, patience.promise]);
  } finally {
    clearTimeout(timer);
    // A server that turns out unsafe later is logged and not used.
    first.catch(() => undefined);
  }
}
