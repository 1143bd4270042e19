import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadPlan } from './load.ts';
import type { LoadResult } from './load-result.ts';

/** Runs a load in a process of its own and answers what it measured. */
export async function runLoadProcess(file: string, plan: LoadPlan): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)));
  try {
    child.send(plan);
    const signal = AbortSignal.timeout((plan.seconds + 30) * 1_000);
    const [result] = (await once(child, 'message', { signal })) as [LoadResult];
    return result;
  } finally {
    child.kill();
  }
}
