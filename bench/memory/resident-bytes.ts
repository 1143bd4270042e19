import { readFileSync } from 'node:fs';

/** What of a process is in memory now. @throws where there is no such process, or no /proc. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return 1_024 * Number(kilobytes);
}
