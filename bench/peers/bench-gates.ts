import { chmodSync } from 'node:fs';
import type { Contestant } from './contestant.ts';
import { openBench } from './open-bench.ts';
import { envoyLines, straightLines } from './report.ts';
import { startGates } from './start-gates.ts';
import { benchStraight } from './straight.ts';
import { benchThroughEnvoy } from './through-envoy.ts';

/**
 * Measures one gate and two, over TCP and over a Unix socket of each gate's own, on one Redis and
 * in turns, and answers the report in Markdown.
 */
export async function benchGates(
  options: { seconds: number; rounds: number },
  log: (line: string) => void,
): Promise<string[]> {
  await using opened = new AsyncDisposableStack();
  const { bench, servers, folder, envoy } = opened.use(await openBench(1));
  // Envoy, who may be another user, passes through it.
  chmodSync(folder, 0o711);
  const contestants: Contestant[] = [];
  for (const gates of [1, 2]) {
    for (const socketFolder of [undefined, folder]) {
      const where = socketFolder ? { socketFolder } : {};
      contestants.push(
        opened.use(await startGates({ transport: 'unary-grpc', gates, servers, ...where })),
      );
    }
  }
  const straight = await benchStraight(bench, contestants, {
    ...options,
    whose: "the first's",
    log,
  });
  const place = { program: envoy, folder };
  const ways = await benchThroughEnvoy(bench, contestants, { ...options, ...place, log });
  const names = contestants.map(({ name }) => name);
  return [...straightLines(names, straight), ...envoyLines(ways)];
}
