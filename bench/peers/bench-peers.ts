import { availableParallelism } from 'node:os';
import { type AuditResult, auditContestant } from './audit.ts';
import type { Contestant } from './contestant.ts';
import { openBench } from './open-bench.ts';
import type { Options } from './options.ts';
import { ratelimitProgram } from './ratelimit-program.ts';
import { auditLines, envoyLines, straightLines, targetLines } from './report.ts';
import { startGates } from './start-gates.ts';
import { startRatelimit } from './start-ratelimit.ts';
import { benchStraight } from './straight.ts';
import { figuresOf, judgeTargets } from './targets.ts';
import { benchThroughEnvoy } from './through-envoy.ts';

/** Measures the peer and our gates on one Redis, in turns, and answers the report in Markdown. */
export async function benchPeers(options: Options, log: (line: string) => void): Promise<string[]> {
  const ratelimit = await ratelimitProgram();
  await using opened = new AsyncDisposableStack();
  const { bench, servers, folder, envoy, versions } = opened.use(await openBench(3));
  const { redisUrl } = servers;
  const contestants: Contestant[] = [
    opened.use(await startRatelimit({ program: ratelimit, redisUrl, folder })),
    opened.use(await startGates({ transport: 'grpc-js', gates: options.gates, servers })),
    opened.use(await startGates({ transport: 'unary-grpc', gates: options.gates, servers })),
  ];

  const straight = await benchStraight(bench, contestants, {
    ...options,
    whose: "the peer's",
    log,
  });
  const audits: AuditResult[] = [];
  for (const [at, contestant] of contestants.entries()) {
    log(`audit of ${contestant.name}`);
    audits.push(await auditContestant(bench.loader, contestant, at));
  }
  const place = { program: envoy, folder };
  const ways = await benchThroughEnvoy(bench, contestants, { ...options, ...place, log });

  const names = contestants.map(({ name }) => name);
  const parts = { straight, audits, ways };
  const targets = judgeTargets(figuresOf(contestants.length - 1, parts), figuresOf(0, parts));
  return [
    conditions(options, { ...versions, ratelimit: ratelimit.version }),
    '',
    ...straightLines(names, straight),
    ...auditLines(names, audits),
    '',
    ...envoyLines(ways),
    '',
    ...targetLines(targets),
    '',
    notMeasured,
  ];
}

function conditions(
  { seconds, rounds }: Options,
  versions: { ratelimit: string; envoy: string; redis: string },
): string {
  return [
    `${availableParallelism()} cores for all parts, the client too; medians of ${rounds} rounds of`,
    `${seconds} s, in turns; Node ${process.versions.node}, Envoy ${versions.envoy}, ${versions.redis},`,
    `envoyproxy/ratelimit ${versions.ratelimit} with its defaults. Each decision: a rate a minute for`,
    'each of 10,000 keys, a quota a month for each of 1,000 tenants; with Tollgate also the usage',
    'count, the memory for retries, policies, metrics and deadlines. Records for retries live one',
    'second here, so that each run pays for its own. The client speaks prepared HTTP/2 over two',
    'connections; paced loads come in bursts of a millisecond.',
  ].join(' ');
}

const notMeasured = [
  'Not measured: Limitador, whose server is in no package registry; and what does not concern the',
  'decision, such as ingested events.',
].join(' ');
