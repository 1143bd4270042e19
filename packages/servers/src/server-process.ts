import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../bootstrap/run-command.mjs';
import { forgetProcess, watchProcess } from '../bootstrap/watch.mjs';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MIN_MS = 20;
const PROBE_INTERVAL_MAX_MS = 200;
/** A long start is asked less often: the wait grows by at most this part of itself. */
const PROBE_INTERVAL_PART = 1 / 20;
/** A log that grew beyond this is started anew when its process starts. */
const LOG_BYTES_MAX = 10 * 1024 * 1024;

/** A program we started. Ends with this process at the latest. */
export interface ServerProcess {
  readonly name: string;
  /** For tests that pause it (SIGSTOP, SIGCONT) or watch it end. */
  readonly process: ChildProcess;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when it has ended, with `exit <code>` or the signal. Never rejects. */
  readonly exited: Promise<string>;
  /** Stops it in good order; by force after ten seconds. Twice is once. */
  stop(): Promise<void>;
  /** Ends it as a power cut would (SIGKILL). */
  kill(): Promise<void>;
}

/** A program that we started and that answers at an address. */
export interface Server extends ServerProcess {
  readonly port: number;
  readonly url: string;
}

/** What to run, and how to see that it serves. */
export interface ServerProcessSpec {
  /** For messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly isReady: () => Promise<boolean>;
  /** It is a Node program that sends a message when it serves: it is not asked before. */
  readonly saysReady?: boolean;
  /** What stops it in good order; default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Default: ours. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default `/`. */
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Default 30,000. */
  readonly readyTimeoutMs?: number;
  /** Gets the handle before it is ready, for example to stop it then. */
  readonly onSpawn?: (server: ServerProcess) => void;
}

/**
 * Starts a program as a guarded child in a process group of its own, waits until `isReady` says
 * so, and answers a handle. If it ends or stays silent first, it is stopped and the error shows
 * the end of its log.
 */
export async function startServerProcess(spec: ServerProcessSpec): Promise<ServerProcess> {
  const { name, logFile, stopSignal = 'SIGTERM' } = spec;
  const child = spawnChild(spec);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const { pid } = child;
  if (pid === undefined) throw failure(spec, `ended at its start (${await exited})`);
  watchProcess(pid, stopSignal);
  void exited.then(() => forgetProcess(pid));

  const server: ServerProcess = {
    name,
    process: child,
    pid,
    logFile,
    exited,
    stop: () => end(child, exited, stopSignal),
    kill: () => end(child, exited, 'SIGKILL'),
  };
  spec.onSpawn?.(server);
  await untilReady(server, spec);
  return server;
}

function spawnChild(spec: ServerProcessSpec): ChildProcess {
  const { file, args, logFile, saysReady, env, cwd = '/', uid, gid } = spec;
  const log = openLog(logFile);
  const child = spawn(file, [...args], {
    cwd,
    env: env ?? process.env,
    detached: true,
    stdio: saysReady ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
  });
  closeSync(log);
  return child;
}

/** Ends a child by a signal; by force when it does not obey within ten seconds. */
async function end(
  child: ChildProcess,
  exited: Promise<string>,
  signal: NodeJS.Signals,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGCONT'); // a paused process could not obey
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

async function untilReady(
  server: ServerProcess,
  { isReady, saysReady, readyTimeoutMs = READY_TIMEOUT_MS }: ServerProcessSpec,
): Promise<void> {
  const end: { outcome?: string } = {};
  void server.exited.then((outcome) => Object.assign(end, { outcome }));
  const startedMs = performance.now();
  const deadlineMs = startedMs + readyTimeoutMs;
  if (saysReady) await firstWord(server, readyTimeoutMs);
  while (performance.now() < deadlineMs) {
    const ready = await isReady();
    // Asked after the probe: what answered may be another server on the same port.
    await sleep(ready ? 0 : probeIntervalMs(performance.now() - startedMs));
    if (end.outcome) throw failure(server, `ended at its start (${end.outcome})`);
    if (ready) return;
  }
  await server.kill();
  throw failure(server, `was not ready within ${readyTimeoutMs / 1000} s`);
}

/** Until it says something, ends, or the time is over. */
async function firstWord({ process, exited }: ServerProcess, timeoutMs: number): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const word = once(process, 'message', { signal });
  const timeout = sleep(timeoutMs, undefined, { signal });
  await Promise.race([word, exited, timeout]);
  over.abort();
  await Promise.allSettled([word, timeout]);
}

function probeIntervalMs(waitedMs: number): number {
  const part = waitedMs * PROBE_INTERVAL_PART;
  return Math.min(Math.max(part, PROBE_INTERVAL_MIN_MS), PROBE_INTERVAL_MAX_MS);
}

function failure({ name, logFile }: Pick<ServerProcess, 'name' | 'logFile'>, what: string): Error {
  return new Error(`${name} ${what}. The end of ${logFile}:\n${tailOf(logFile)}`);
}

function tailOf(file: string): string {
  try {
    return lastLines(readFileSync(file, 'utf8'));
  } catch (error) {
    return `(unreadable: ${(error as NodeJS.ErrnoException).code})`;
  }
}

/** Opens a log for appending, emptied first when it has grown too large. */
export function openLog(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES_MAX) truncateSync(file);
  return openSync(file, 'a', 0o644);
}
