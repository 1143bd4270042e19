import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  hasDebianPackages,
  libraryFolders,
  unpackDebianPackages,
} from '../../packages/servers/bootstrap/debian-packages.mjs';
import { withProgress } from '../../packages/servers/bootstrap/progress.mjs';
import {
  checkoutFolder,
  prepareStateFolder,
  stateFolder,
} from '../../packages/servers/bootstrap/state-folder.mjs';

const MAJOR_MIN = 26;
const library = 'libatomic.so.1';

/** Ends with 1 where OpenSSL has no Argon2, which a Node that is new enough can be built without. */
const ARGON2_PROBE = `require('node:crypto').argon2Sync('argon2id', {
  message: '', nonce: Buffer.alloc(16), parallelism: 1, memory: 8, passes: 1, tagLength: 4 })`;

/**
 * The Node to run everything with: the one pinned in node_modules, else this one or the one on
 * PATH if new enough and with Argon2, by which passwords are hashed. Answers its file and what its
 * environment needs in addition. `programs` are where it looks.
 * @param {{
 *   log: (line: string) => void,
 *   home?: string,
 *   programs?: { pinned: string | undefined, others: string[] },
 * }} options
 * @returns {Promise<{ file: string, env: Record<string, string> }>}
 */
export async function ensureNode({ log, home = stateFolder(), programs = knownPrograms() }) {
  const { pinned, others } = programs;
  const problem = pinned ? whyNot(pinned, {}) : 'no package of it for this platform';
  if (pinned && problem === undefined) return { file: pinned, env: {} };
  if (pinned && problem?.includes(library)) return withLibrary(pinned, { log, home });

  const problems = [`pinned: ${problem}`];
  for (const file of others) {
    const why = whyNot(file, {}) ?? whyNotArgon2(file);
    if (why === undefined) return { file, env: {} };
    problems.push(`${file}: ${why}`);
  }
  const why = problems.join('; ');
  throw new Error(`No Node ${MAJOR_MIN} with Argon2 runs here (${why}): put one on PATH.`);
}

function knownPrograms() {
  return { pinned: pinnedNode(), others: [process.execPath, 'node'] };
}

function pinnedNode() {
  const { platform, arch } = process;
  const names = [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`];
  const files = names.map((name) => join(checkoutFolder, 'node_modules', name, 'bin/node'));
  return files.find((file) => existsSync(file));
}

/**
 * Why this program is no Node that will do; undefined when it is one.
 * @param {string} file
 * @param {Record<string, string>} env
 */
function whyNot(file, env) {
  const { error, status, stdout, stderr } = spawnSync(file, ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (error) return error.message;
  if (status !== 0) return stderr.trim();
  return Number.parseInt(stdout.slice(1), 10) >= MAJOR_MIN ? undefined : `it is ${stdout.trim()}`;
}

/**
 * Of a Node that is new enough: it would end when Auth hashes its first password.
 * @param {string} file
 */
function whyNotArgon2(file) {
  const { status } = spawnSync(file, ['-e', ARGON2_PROBE]);
  return status === 0 ? undefined : 'its OpenSSL has no Argon2';
}

/**
 * Minimal Debian lacks the library; its 9 kB are unpacked into the state folder, once.
 * @param {string} file
 * @param {{ log: (line: string) => void, home: string }} options
 */
async function withLibrary(file, { log, home }) {
  const folder = join(home, 'libraries');
  const paths = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  const env = { LD_LIBRARY_PATH: paths };
  if (!existsSync(join(folder, library))) {
    if (!hasDebianPackages()) throw new Error(`Node ${MAJOR_MIN} needs ${library}: install it.`);
    prepareStateFolder(home);
    await withProgress(`Fetching ${library} (apt-get download)`, log, () => fetchLibrary(folder));
  }
  const problem = whyNot(file, env);
  if (problem !== undefined) throw new Error(`Node ${MAJOR_MIN} does not run here: ${problem}`);
  return { file, env };
}

/** @param {string} folder */
async function fetchLibrary(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const temporary = mkdtempSync(join(folder, '.partial-'));
  try {
    const root = await unpackDebianPackages(['libatomic1'], temporary);
    const found = libraryFolders(root)
      .map((path) => join(path, library))
      .find((path) => existsSync(path));
    if (!found) throw new Error(`The package libatomic1 holds no ${library}`);
    const copy = join(temporary, library);
    copyFileSync(found, copy);
    renameSync(copy, join(folder, library)); // two starts at once: the second replaces the first
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
