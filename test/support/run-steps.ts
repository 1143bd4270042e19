import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { GuideStep } from './guide.ts';

/** The address that documents use. */
const documentedUrl = 'http://127.0.0.1:8080';
/** Whom they sign up; each is somebody of its own. */
const documentedEmail = 'you@example.com';
const border = '@@ end of a step @@';

/**
 * Runs the commands of a document in one shell, in `folder`, against the system at `baseUrl`, signing
 * `email` up. Answers what each step printed. Throws when a command fails.
 */
export async function runSteps(
  steps: readonly GuideStep[],
  parts: { readonly folder: string; readonly baseUrl: string; readonly email: string },
): Promise<string[]> {
  const script = steps
    .map(({ commands }) => `${commands}\necho; echo '${border}'\n`)
    .join('')
    .replaceAll(documentedUrl, parts.baseUrl)
    .replaceAll(documentedEmail, parts.email);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: parts.folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: pathWithCurl(parts.folder) },
  });
  return stdout.split(`${border}\n`).slice(0, steps.length);
}

/** PATH, with a stand-in for curl where the machine has none. */
function pathWithCurl(folder: string): string {
  const { PATH = '' } = process.env;
  if (spawnSync('curl', ['--version']).status === 0) return PATH;
  return [makeCurl(folder), PATH].join(delimiter);
}

/** Puts the stand-in for curl into a folder of its own; answers that. */
export function makeCurl(folder: string): string {
  const bin = join(folder, 'bin');
  const program = fileURLToPath(new URL('../support/curl.mjs', import.meta.url));
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'curl'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'curl'), 0o755);
  return bin;
}
