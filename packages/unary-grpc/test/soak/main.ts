/**
 * Full speed for minutes against a server in a process of its own: prints its resident memory every
 * 30 s and the slope after warm-up, and fails when it grows. `npm run soak:transport -- --minutes 10`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runLoad } from './run-load.ts';

/** What the garbage collector's ups and downs may amount to between the first and the last third. */
const growthBytesMax = 33_554_432;
const sampleEveryMs = 30_000;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
const program = new URL('../support/serve-process.ts', import.meta.url).pathname;
const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
const exited = once(child, 'exit');
const [line] = (await once(child.stdout, 'data')) as [Buffer];

const startedMs = performance.now();
const samples: { minute: number; bytes: number }[] = [];
const timer = setInterval(sample, Math.min(sampleEveryMs, (minutes * 60_000) / 20));

function sample(): void {
  const minute = (performance.now() - startedMs) / 60_000;
  const [, kib = '0'] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  samples.push({ minute, bytes: Number(kib) * 1_024 });
  console.log(`soak: ${minute.toFixed(1)} min, ${(Number(kib) / 1_024).toFixed(1)} MiB resident`);
}

/** Medians of the first and of the last third, after a fifth to warm up, in bytes; and the slope. */
function trend() {
  const warm = samples.filter(({ minute }) => minute > minutes / 5);
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [first, last] = [median(warm.slice(0, third)), median(warm.slice(-third))];
  const bytesPerMinute = Math.round((last - first) / ((minutes * 4) / 5 / 1.5));
  return { growthBytes: last - first, bytesPerMinute };
}

function median(some: typeof samples): number {
  const sorted = some.map(({ bytes }) => bytes).toSorted((one, two) => one - two);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

try {
  const untilMs = startedMs + minutes * 60_000;
  const address = line.toString().trim();
  const calls = await runLoad(address, { connections: 4, together: 100, untilMs });
  clearInterval(timer);
  const perSecond = Math.round(calls / (minutes * 60));
  console.log(`soak: ${calls} calls in ${minutes} min, ${perSecond} a second`);
  const { growthBytes, bytesPerMinute } = trend();
  console.log(`soak: grew by ${growthBytes} bytes after warm-up, ${bytesPerMinute} a minute`);
  if (growthBytes > growthBytesMax) throw new Error('memory grows');
} finally {
  clearInterval(timer);
  child.kill('SIGTERM');
}
const [code] = (await exited) as [number | null];
// It ends by itself when nothing is left that keeps it: no listener, timer or stream.
console.log(`soak: the server ended with ${code}`);
process.exitCode = code === 0 ? 0 : 1;
