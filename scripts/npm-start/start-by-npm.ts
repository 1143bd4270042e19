import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, watchProcess } from '@tollgate/servers';

/** A start of the whole system, as somebody at a terminal makes it. */
export interface Running extends AsyncDisposable {
  /** Of npm. */
  readonly pid: number;
  /** When Tollgate runs; rejects when npm ends first. */
  readonly ready: Promise<void>;
  /** Since npm was started. */
  elapsedMs(): number;
}

/** What is started, and where it keeps what. */
export interface StartPlan {
  readonly clone: string;
  /** The state folder. */
  readonly home: string;
  /** Where npm and pip keep what they fetched. */
  readonly caches: string;
  /** Everything is in the caches: npm is not to ask whether there is something newer. */
  readonly isCached: boolean;
}

/** Runs `npm start`; what it says before it is ready is printed. Disposing is Ctrl-C. */
export async function startByNpm({ clone, home, caches, isCached }: StartPlan): Promise<Running> {
  const env = {
    ...surroundings(),
    TOLLGATE_HOME: home,
    TOLLGATE_PORT: String(await freePort()),
    npm_config_cache: join(caches, 'npm'),
    npm_config_prefer_offline: String(isCached),
    PIP_CACHE_DIR: join(caches, 'pip'),
  };
  const [file, args] = npmCommand();
  const startedMs = performance.now();
  const child = spawn(file, [...args, 'start'], {
    cwd: clone,
    env,
    detached: true, // a group of its own, which Ctrl-C reaches as a whole
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} does not start.`);
  watchProcess(pid, 'SIGINT');
  return {
    pid,
    ready: untilReady(child),
    elapsedMs: () => performance.now() - startedMs,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      process.kill(-pid, 'SIGINT');
      await ended;
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (!child.stdout) return;
  const seen = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('tollgate:')) console.log(line);
    if (line.startsWith('Tollgate runs')) seen.resolve();
  });
  child.once('exit', (code, signal) => seen.reject(new Error(`npm ended: ${signal ?? code}`)));
  await seen.promise;
}

/** Ours without what npm, and the launcher that started us, added to it, and without settings. */
function surroundings(): NodeJS.ProcessEnv {
  const added = /^(npm_|TOLLGATE_|NODE_COMPILE_CACHE$|INIT_CWD$)/;
  const kept = Object.entries(process.env).filter(([name]) => !added.test(name));
  const path = (process.env.PATH ?? '').split(delimiter);
  const own = path.filter((folder) => !/node_modules|node-gyp-bin/.test(folder));
  return { ...Object.fromEntries(kept), PATH: own.join(delimiter) };
}

/** The npm that started us, on its own Node, else the one on PATH. */
function npmCommand(): [string, string[]] {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  return cli?.endsWith('.js') && node ? [node, [cli]] : ['npm', []];
}
