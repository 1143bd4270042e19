import { spawn } from 'node:child_process';
import { forgetProcess, watchProcess } from './watch.mjs';

/** How much of its output a failed command shows. */
const TAIL_LINES_MAX = 20;
const KEPT_BYTES_MAX = 256 * 1024;

/**
 * Runs a command to its end and answers its standard output. Its other output is shown only when
 * it fails: then the error's message is the command and the last lines it wrote.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number }} [options]
 */
export async function runCommand(file, args, options = {}) {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) watchProcess(child.pid);
  let standardOutput = '';
  let everything = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    standardOutput = (standardOutput + text).slice(-KEPT_BYTES_MAX);
    everything = (everything + text).slice(-KEPT_BYTES_MAX);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    everything = (everything + text).slice(-KEPT_BYTES_MAX);
  });
  const outcome = await /** @type {Promise<string | undefined>} */ (
    new Promise((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, signal) =>
        resolve(code === 0 ? undefined : (signal ?? `exit ${code}`)),
      );
    })
  );
  if (child.pid !== undefined) forgetProcess(child.pid);
  if (outcome === undefined) return standardOutput;
  throw new Error(`${[file, ...args].join(' ')}: ${outcome}\n${bothEnds(everything)}`);
}

/**
 * The cause may stand at the top (npm prints its manual after it) or at the bottom.
 * @param {string} text
 */
function bothEnds(text) {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= 2 * TAIL_LINES_MAX) return lines.join('\n');
  return [...lines.slice(0, TAIL_LINES_MAX), '[…]', lastLines(text)].join('\n');
}

/**
 * The end of a text: at most `linesMax` lines.
 * @param {string} text
 */
export function lastLines(text, linesMax = TAIL_LINES_MAX) {
  return text.trimEnd().split('\n').slice(-linesMax).join('\n');
}

/**
 * The environment for a client that we start ourselves: without what npm tells its scripts.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(env = process.env) {
  const scriptOnly = /^npm_(lifecycle|package|command|config_local_prefix|config_prefix)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !scriptOnly.test(name)));
}

/**
 * Runs the npm that started us, else the one on PATH.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return runCommand(process.execPath, [cli, ...args], options);
  return runCommand('npm', args, options);
}
