import { type DestinationStream, type Logger, pino } from 'pino';

/** A structured logger: constant message last, data in fields (`tenantId`, `requestId`, `rpc`). */
export type Log = Logger;

/** Levels that `TOLLGATE_LOG_LEVEL` accepts, loudest filter last. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** A level of logging. */
export type LogLevel = (typeof logLevels)[number];

/**
 * Fields that never reach a log line, whatever object they arrive in. A second net: values that are
 * secret should be `Secret`s, which print as `[redacted]` by themselves.
 */
const redactedPaths = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  '*.password',
  '*.secret',
  '*.token',
  '*.authorization',
  '*.cookie',
];

/** JSON lines on stdout: `{level, time, service, msg, …}`, the time as ISO 8601 in UTC. */
export function openLog(options: {
  service: string;
  level: LogLevel;
  destination?: DestinationStream;
}): Log {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactedPaths, censor: '[redacted]' },
    serializers: { error: describeError, err: describeError },
  };
  // Synchronous, so that the last line before a crash is written.
  return pino(settings, options.destination ?? pino.destination({ fd: 1, sync: true }));
}

/** An error as plain data with its chain of causes; never its request or response bodies. */
export function describeError(error: unknown): unknown {
  if (!Error.isError(error)) return error;
  const { code } = error as Error & { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
