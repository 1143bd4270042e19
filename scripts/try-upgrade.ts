import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkoutFolder, closeGuard, temporaryFolder } from '@tollgate/servers';
import { freshClone } from './npm-start/fresh-clone.ts';
import { startByNpm } from './npm-start/start-by-npm.ts';

/**
 * Upgrades a state folder that an earlier version has written, and says whether everything counted
 * is still there: `npm run try:upgrade -- --from <commit>`. Needs git with that commit in its history;
 * takes about a minute.
 *
 * The earlier version is cloned and started by `npm start` on a new state folder, its demo customer
 * makes calls, some of which fail, and it is stopped. Then this checkout is started on that folder.
 * Usage, what is left of the month, and the bill are to go on from there.
 */
const { from } = parseArgs({ options: { from: { type: 'string' } } }).values;
if (!from) throw new Error('Say from which commit: npm run try:upgrade -- --from <commit>');
const temporary = temporaryFolder('tollgate-upgrade-');
const home = join(temporary.folder, 'state');
const caches = join(temporary.folder, 'caches');
const counted = 25;
const failed = 5;

/** What a customer sees of what was counted, all in calls. */
interface Seen {
  readonly used: number;
  readonly leftOfMonth: number;
  readonly billed: number;
}

/** Asks the API as the demo customer; a sample API fails as it is told. */
type Get = (path: string, failure?: 503) => Promise<Answer>;
type Answer = Readonly<Record<string, unknown>>;

try {
  const earlier = await freshClone(join(temporary.folder, 'earlier'), from);
  const before = await run(earlier, async (get) => {
    const seen = await look(get);
    await callSome(get);
    return seen; // nobody looks again: what was counted last may not be saved yet
  });
  const [after, later] = await run(checkoutFolder, async (get) => {
    const seen = await look(get);
    await callSome(get);
    return [seen, await look(get)] as const;
  });
  console.log('before the upgrade', before);
  console.log(`and ${counted} calls later, after it`, after);
  console.log(`${counted} calls later`, later);
  const isExact = goesOn(before, after) && goesOn(after, later);
  console.log(isExact ? 'nothing is lost' : 'the upgrade LOST or invented something');
  process.exitCode = isExact ? 0 : 1;
} finally {
  temporary.remove();
  await closeGuard();
}

/** Starts a checkout on the state folder, does something with its API, and stops it. */
async function run<T>(clone: string, work: (get: Get) => Promise<T>): Promise<T> {
  await using running = await startByNpm({ clone, home, caches, isCached: false });
  await running.ready;
  const demo = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8'));
  return work(async (path, failure) => {
    const fails = failure && { 'x-sample-status': String(failure) };
    const headers = { 'x-api-key': demo.api_key, ...fails };
    const response = await fetch(demo.base_url + path, { headers });
    const text = await response.text();
    if (response.status === (failure ?? 200)) return JSON.parse(text);
    throw new Error(`GET ${path} is answered by ${response.status}: ${text}`);
  });
}

/** Calls that fail and do not count, then some that do: what is given back may take a moment. */
async function callSome(get: Get): Promise<void> {
  for (let call = 0; call < failed; call += 1) await get('/v1/widgets', 503);
  for (let call = 0; call < counted; call += 1) await get('/v1/widgets');
}

async function look(get: Get): Promise<Seen> {
  const usage = await get('/v1/usage');
  const { limits } = await get('/v1/rate-limit');
  const bill = await get('/v1/billing/calculate');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const month = (limits as Answer[]).find(({ window }) => window === 'month');
  return {
    used: Number(usage['total']),
    leftOfMonth: Number(month?.['remaining']),
    billed: Number(bill['quantity']),
  };
}

function goesOn(before: Seen, after: Seen): boolean {
  return (
    after.used === before.used + counted &&
    after.leftOfMonth === before.leftOfMonth - counted &&
    after.billed === before.billed + counted
  );
}
