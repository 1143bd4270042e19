import { percentile } from '../figures/statistics.ts';
import { type LoadConnection, openConnection } from './connection.ts';
import { createKeyOrder } from './key-order.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import type { OnAnswer } from './open-streams.ts';
import type { RequestIds } from './request-template.ts';
import { createTally, questionsMax } from './tally.ts';

/** What is still open so long after the last question counts as `unanswered`. */
const patienceMs = 5_000;

/** Runs one load to its end. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const tally = createTally();
  const ids = questionIds(plan);
  const most = Math.min(plan.questions ?? questionsMax, questionsMax);
  const connections: LoadConnection[] = [];
  let endMs = Number.POSITIVE_INFINITY;

  const isOver = (nowMs: number) => nowMs >= endMs || tally.asked >= most;
  const askOne = (at: number, nowMs: number) =>
    connections[at % connections.length]?.ask(ids(tally.ask()), nowMs);
  const answered =
    (at: number): OnAnswer =>
    (outcome, latencyMs, nowMs) => {
      tally.answer(outcome, latencyMs, nowMs);
      // A lost connection would answer each new question at once.
      const goesOn = plan.perSecond === undefined && outcome !== 'lost';
      if (goesOn && !isOver(nowMs)) askOne(at, nowMs);
    };
  for (let at = 0; at < plan.connections; at += 1) {
    const address = plan.addresses[at % plan.addresses.length] ?? '';
    connections.push(await openConnection(address, plan.question, answered(at)));
  }

  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  endMs = startedMs + plan.seconds * 1_000;
  const flush = () => connections.forEach((connection) => connection.flush());
  let lateMs: number[] = [];
  if (plan.perSecond === undefined) {
    for (let at = 0; at < Math.min(plan.open, most); at += 1) askOne(at, startedMs);
    flush();
  } else {
    lateMs = await atRate(plan.perSecond, { startedMs, seconds: plan.seconds }, (due, nowMs) => {
      // Never more open than is allowed: a server that has stopped would fill the memory.
      const sum = Math.min(due, most);
      while (tally.asked < sum && tally.open < plan.open) askOne(tally.asked, nowMs);
      flush();
    });
  }
  await until(() => tally.open === 0 && isOver(performance.now()), endMs + patienceMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  for (const connection of connections) connection.close();
  return {
    ...tally.result(startedMs),
    clientCpuSeconds: (user + system) / 1e6,
    sentLateP99Ms: lateMs.length > 0 ? percentile(Float64Array.from(lateMs), 0.99) : 0,
  };
}

/**
 * Says each millisecond how many questions are due in all: a burst of what came in it, whatever the
 * answers do. Answers how late each burst was.
 */
async function atRate(
  perSecond: number,
  { startedMs, seconds }: { startedMs: number; seconds: number },
  ask: (due: number, nowMs: number) => void,
): Promise<number[]> {
  const lateMs: number[] = [];
  const wholeMs = seconds * 1_000;
  let nowMs = startedMs;
  // Not counted back from the end, whose last bits may be rounded away: all that is due is asked.
  for (let passedMs = 0; passedMs < wholeMs; ) {
    const dueMs = nowMs + 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
    nowMs = performance.now();
    passedMs = nowMs - startedMs;
    lateMs.push(Math.max(0, nowMs - dueMs));
    ask(Math.floor((Math.min(passedMs, wholeMs) * perSecond) / 1_000), nowMs);
  }
  return lateMs;
}

async function until(isDone: () => boolean, latestMs: number): Promise<void> {
  while (!isDone() && performance.now() < latestMs) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ranks go round all tenants, then to the next key of each. */
function questionIds({ keys, distribution, run }: LoadPlan): (at: number) => RequestIds {
  const { firstTenant, tenants, keysPerTenant } = keys;
  const rankOf = createKeyOrder(distribution, { keys: tenants * keysPerTenant, seed: run });
  return (at) => {
    const rank = rankOf(at);
    const tenant = firstTenant + (rank % tenants);
    const key = tenant * keysPerTenant + Math.floor(rank / tenants);
    return { tenant, key, request: run * 100_000_000 + at };
  };
}
