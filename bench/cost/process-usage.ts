import { readFileSync } from 'node:fs';

/** What processes have used since they started. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Clock ticks a second in /proc; the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Reads the usage of running processes from Linux' /proc, together. */
export function usageOf(pids: readonly number[]): ProcessUsage {
  const all = pids.map((pid) => ({
    cpuSeconds: cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    residentBytes: residentBytesIn(readFileSync(`/proc/${pid}/status`, 'utf8')),
  }));
  return {
    cpuSeconds: all.reduce((sum, one) => sum + one.cpuSeconds, 0),
    residentBytes: all.reduce((sum, one) => sum + one.residentBytes, 0),
  };
}

/** User and system time in the text of /proc/PID/stat, in seconds, to a hundredth. */
export function cpuSecondsIn(stat: string): number {
  // The name stands in brackets and may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isFinite(user + system)) throw new Error('/proc/PID/stat is not as expected');
  return (user + system) / ticksPerSecond;
}

/** Resident memory in the text of /proc/PID/status. */
export function residentBytesIn(status: string): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (!kibibytes) throw new Error('/proc/PID/status is not as expected');
  return Number(kibibytes) * 1_024;
}
