/**
 * Runs something under the Node this repository pins, on a machine with any Node from 20 on and
 * nothing else: installs the dependencies if they are missing or out of date, gets the library
 * that Node 26 needs where the machine lacks it, and then becomes that command: same streams,
 * signals and exit code.
 *
 *     node scripts/node26.mjs scripts/start.ts [argument …]
 *     node scripts/node26.mjs [--node-option …] jest [argument …]      a program of node_modules
 *     node scripts/node26.mjs --omit=dev scripts/start.ts     without what only development needs
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import {
  checkoutFolder,
  compileCacheFolder,
  prepareStateFolder,
} from '../packages/servers/bootstrap/state-folder.mjs';
import { commandFor } from './setup/command.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureNode } from './setup/node-program.mjs';
import { watchNpm } from './setup/parent-watch.mjs';

const log = (/** @type {string} */ line) => console.error(`tollgate: ${line}`);

try {
  const isForRunning = process.argv[2] === '--omit=dev';
  await ensureDependencies({ extent: isForRunning ? 'run' : 'all', log });
  const node = await ensureNode({ log });
  if (isForRunning) node.env.NODE_COMPILE_CACHE = compileCacheFolder(prepareStateFolder(), {});
  run(node, commandFor(process.argv.slice(isForRunning ? 3 : 2), node.file));
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/**
 * @param {{ env: Record<string, string> }} node
 * @param {{ file: string, args: string[] }} command
 */
function run(node, { file, args }) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...node.env, TOLLGATE_PARENT_PID: String(process.pid) };
  const bins = join(checkoutFolder, 'node_modules/.bin');
  env.PATH = [bins, ...(env.PATH ?? '').split(delimiter).filter((path) => path !== bins)].join(
    delimiter,
  );
  const child = spawn(file, args, { env, stdio: 'inherit' });
  /** @type {NodeJS.Signals[]} */
  const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));
  const endWatch = watchNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    log(`${file} does not start: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    endWatch();
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal); // whoever waits for us sees what happened to the child
  });
}
