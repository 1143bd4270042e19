/**
 * A million mutated frames and header blocks against a server on a socket of its own. Prints the
 * seed, so that a run can be had again: `npm run fuzz:transport -- --seed 7 --frames 1000000`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSessions } from './run-sessions.ts';

const growthBytesMax = 64_000_000;
const reportEveryFrames = 100_000;

const { values } = parseArgs({
  options: { seed: { type: 'string' }, frames: { type: 'string', default: '1000000' } },
});
const seed = Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
const mutatedMin = Number(values.frames);
console.log(`fuzz: seed ${seed}, ${mutatedMin} mutated frames`);

const folder = mkdtempSync(join(tmpdir(), 'tollgate-fuzz-'));
const startedMs = performance.now();
let reportedFrames = 0;
try {
  const result = await runSessions({
    listen: { path: join(folder, 'fuzz.sock') },
    seed,
    mutatedMin,
    onProgress(mutated) {
      if (mutated - reportedFrames < reportEveryFrames) return;
      reportedFrames = mutated;
      const mib = Math.round(process.memoryUsage.rss() / 1_048_576);
      console.log(`fuzz: ${mutated} mutated frames, ${mib} MiB resident`);
    },
  });
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const [warmBytes, lastBytes] = result.rssBytes;
  const { frames, mutated, connections } = result;
  console.log(`fuzz: ${frames} frames, ${mutated} of them mutated, on ${connections} connections`);
  console.log(`fuzz: ${seconds} s`);
  console.log('fuzz: ended by', result.endings);
  const growth = lastBytes - warmBytes;
  console.log(`fuzz: resident memory grew by ${Math.round(growth / 1_048_576)} MiB after warm-up`);
  if (growth > growthBytesMax) throw new Error('memory grew');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
