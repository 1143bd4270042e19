import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './run-command.mjs';
import { forgetProcess, watchProcess } from './watch.mjs';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MS = 20;
/** A log that grew beyond this is started anew when its process starts. */
const LOG_BYTES_MAX = 10 * 1024 * 1024;

/**
 * Starts a program as a guarded child in a process group of its own, waits until `isReady` says
 * so, and answers a handle. If it ends or stays silent first, it is stopped and the error shows
 * the end of its log.
 * @param {{ name: string, file: string, args: string[], logFile: string,
 *   isReady: () => Promise<boolean>, stopSignal?: NodeJS.Signals, env?: NodeJS.ProcessEnv,
 *   cwd?: string, uid?: number, gid?: number, readyTimeoutMs?: number,
 *   onSpawn?: (server: object) => void }} spec `onSpawn` gets the handle before it is ready
 */
export async function startServerProcess(spec) {
  const { name, file, args, logFile, stopSignal = 'SIGTERM', env, cwd = '/', uid, gid } = spec;
  const log = openLog(logFile);
  const child = spawn(file, args, {
    cwd,
    env: env ?? process.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...(uid === undefined ? {} : { uid, gid }),
  });
  closeSync(log);
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  if (child.pid !== undefined) watchProcess(child.pid, stopSignal);
  void exited.then(() => child.pid !== undefined && forgetProcess(child.pid));

  const server = {
    name,
    process: child,
    pid: child.pid,
    logFile,
    exited,
    stop: () => end(child, exited, stopSignal),
    kill: () => end(child, exited, 'SIGKILL'),
  };
  spec.onSpawn?.(server);
  await untilReady(server, spec);
  return server;
}

/** Ends a child by a signal; by force when it does not obey within ten seconds. */
async function end(child, exited, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGCONT'); // a paused process could not obey
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

async function untilReady(server, { isReady, readyTimeoutMs = READY_TIMEOUT_MS }) {
  /** @type {{ outcome?: string }} */
  const end = {};
  void server.exited.then((outcome) => Object.assign(end, { outcome }));
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (performance.now() < deadlineMs) {
    const ready = await isReady();
    // Asked after the probe: what answered may be another server on the same port.
    await sleep(ready ? 0 : PROBE_INTERVAL_MS);
    if (end.outcome) throw failure(server, `ended at its start (${end.outcome})`);
    if (ready) return;
  }
  await server.kill();
  throw failure(server, `was not ready within ${readyTimeoutMs / 1000} s`);
}

function failure({ name, logFile }, what) {
  return new Error(`${name} ${what}. The end of ${logFile}:\n${tailOf(logFile)}`);
}

function tailOf(file) {
  try {
    return lastLines(readFileSync(file, 'utf8'));
  } catch (error) {
    return `(unreadable: ${error.code})`;
  }
}

/** Opens a log for appending, emptied first when it has grown too large. */
export function openLog(file) {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES_MAX) truncateSync(file);
  return openSync(file, 'a', 0o644);
}
