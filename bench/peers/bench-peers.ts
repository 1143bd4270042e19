import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrograms, temporaryFolder } from '@tollgate/servers';
import { machineText } from '../figures/machine.ts';
import { targetLines } from '../figures/targets.ts';
import { type Loader, startLoader } from '../load/start-loader.ts';
import { startMeasuredRedis } from '../processes/measured-redis.ts';
import { type AuditResult, auditContestant } from './audit.ts';
import { checkOut } from './check-out.ts';
import type { Contestant } from './contestant.ts';
import { wholeRun } from './load-case.ts';
import type { Options } from './options.ts';
import { ratelimitProgram } from './ratelimit-program.ts';
import { auditLines, envoyLines, straightLines } from './report.ts';
import { startGates } from './start-gates.ts';
import { startRatelimit } from './start-ratelimit.ts';
import { benchStraight } from './straight.ts';
import { type PeersResult, peerTargets } from './targets.ts';
import { benchThroughEnvoy } from './through-envoy.ts';

type Log = (line: string) => void;

/** What a bench has open. */
interface Opened {
  readonly loader: Loader;
  /** Envoy's user may pass through it. */
  readonly folder: string;
  readonly contestants: readonly Contestant[];
  readonly versions: string;
}

/** Measures the peer and our gates, in turns, and answers the report in Markdown. */
export async function benchPeers(options: Options, log: Log): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const opened = await open(stack, options, log);
  const { loader, contestants } = opened;
  const { seconds, rounds, only } = options;
  const parts = { loader, contestants, seconds, rounds, log };
  const names = contestants.map(({ name }) => name);
  const head = [conditions(options, opened), ''];
  if (only) {
    const results = await benchStraight(parts, [only]);
    return [...head, ...results.flatMap((result) => straightLines(names, result))];
  }
  const straight = await benchStraight(parts, Object.values(wholeRun));
  const audits: AuditResult[] = [];
  for (const contestant of contestants) {
    log(`audit of ${contestant.name}`);
    audits.push(await auditContestant(loader, contestant));
  }
  const { envoy: program } = await ensurePrograms(['envoy']);
  const envoy = await benchThroughEnvoy({ ...parts, program, folder: opened.folder });
  return [...head, ...reportLines(names, { straight, audits, envoy })];
}

async function open(stack: AsyncDisposableStack, options: Options, log: Log): Promise<Opened> {
  const { gates, socket, aof, against } = options;
  const ratelimit = await ratelimitProgram();
  const { folder } = stack.adopt(temporaryFolder('tollgate-peers-'), (it) => it.remove());
  chmodSync(folder, 0o711);
  const ownRedis = async () => stack.use(await startMeasuredRedis(aof));
  const redis = await ownRedis();
  const contestants = [stack.use(await startRatelimit({ program: ratelimit, redis, folder }))];
  const startOurs = async (name: string, more: Pick<Parameters<typeof startGates>[0], 'tree'>) => {
    const socketFolder = join(folder, `sockets-${contestants.length}`);
    const gate = { name, gates, redis: await ownRedis(), ...more };
    const where = socket === 'unix' ? { socketFolder } : {};
    contestants.push(stack.use(await startGates({ ...gate, ...where })));
  };
  const tree = against === undefined ? undefined : await checkOut(against, log);
  if (tree) await startOurs(`Tollgate ${stack.use(tree).commit}`, { tree });
  await startOurs('Tollgate', {});
  const loader = stack.use(startLoader());
  const versions = `${redis.version}, envoyproxy/ratelimit ${ratelimit.version}`;
  return { loader, folder, contestants, versions };
}

function reportLines(names: readonly string[], result: PeersResult): string[] {
  return [
    ...result.straight.flatMap((one) => [...straightLines(names, one), '']),
    ...auditLines(names, result.audits),
    '',
    ...result.envoy.flatMap((one) => [...envoyLines(names, one), '']),
    ...targetLines(peerTargets(result)),
    '',
    notMeasured,
  ];
}

function conditions(
  { seconds, rounds, gates, socket, aof }: Options,
  { versions }: Opened,
): string {
  return [
    `${machineText()}; ${versions}, each limiter with a Redis of its own,`,
    `${aof === 'off' ? 'nothing on disk' : 'appendonly, fsync every second'}.`,
    `Medians of ${rounds} rounds of ${seconds} s, in turns;`,
    `${gates === 1 ? 'one gate' : `${gates} gates`} over ${socket === 'tcp' ? 'TCP' : 'a Unix socket'}.`,
    'Limits: 1 is a quota a month for each of 1,000 tenants, 2 also a rate a minute for each key, 3',
    'also a rate a minute for each tenant; with Tollgate also the usage count, the memory for retries',
    '(one second here, so that each run pays for its own), policies, metrics and deadlines. CPU is',
    'user and system time for a decision, less what the process takes while nobody asks. The client',
    'speaks prepared HTTP/2 over two connections, 256 questions open when saturated; paced loads come',
    'in bursts of a millisecond.',
  ].join(' ');
}

const notMeasured = [
  'Targets but those of the gate alone are ratios to the peer, medians over the rounds. Not measured:',
  'Limitador, whose server is in no package registry; and what does not concern the decision, such as',
  'ingested events.',
].join(' ');
