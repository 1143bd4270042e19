import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  hasDebianPackages,
  libraryFolders,
  unpackDebianPackages,
} from '../bootstrap/debian-packages.mjs';
import { cleanEnvironment, runCommand } from '../bootstrap/run-command.mjs';
import type { RunPip } from './installers.ts';

/**
 * A way to run pip: the machine's, else the distribution's package unpacked into `folder`.
 * Throws with one clear line when there is neither.
 */
export async function openPip(folder: string): Promise<RunPip> {
  const env = { ...cleanEnvironment(), PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  const own = interpreterWithPip(env);
  if (own !== undefined) return (args) => runCommand(own, ['-m', 'pip', ...args], { env });
  if (!hasDebianPackages()) throw new Error('pip (python3 -m pip) is missing');

  const root = await unpackDebianPackages(['python3-pip'], folder);
  const unpacked = {
    ...env,
    LD_LIBRARY_PATH: libraryFolders(root).join(':'),
    PYTHONHOME: join(root, 'usr'),
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
  };
  const python = join(root, 'usr/bin/python3');
  return (args) => runCommand(python, ['-m', 'pip', ...args], { env: unpacked });
}

/**
 * The interpreter itself and not what stands for it on PATH: a version manager's stand-in rebuilds
 * its list of programs after each pip, and two at once make one of them fail.
 */
function interpreterWithPip(env: NodeJS.ProcessEnv): string | undefined {
  const code = 'import sys, pip; print(sys.executable)';
  const { status, stdout } = spawnSync('python3', ['-c', code], { env, encoding: 'utf8' });
  return status === 0 ? stdout.trim() || undefined : undefined;
}
