import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFolder, stateFolder } from '../../bootstrap/state-folder.mjs';
import { installGo } from '../install-go.ts';
import { installPinned, lockFolder, pinnedFolder } from '../install-pinned.ts';
import { installWheel } from '../install-wheels.ts';
import type { LogLine, PinnedProgram } from '../installers.ts';
import { contractClient } from './contract-client.ts';

const pinFiles = ['go.mod', 'go.sum'];

/** A program for checks, tests and measurements, pinned by the repository. */
export type ToolName = GoModuleName | 'contract-client' | 'squawk';

type GoModuleName = 'h2spec' | 'kubeconform' | 'kustomize' | 'ratelimit' | 'grpc-client';

/** A tool and the program that it leaves in `bin`. */
type Tool = PinnedProgram & { readonly program: string };

interface GoModule {
  readonly module: string;
  readonly files: readonly string[];
  readonly what: 'tool' | '.';
  readonly program: string;
}

interface ToolOptions {
  /** State folder; default: the one `npm start` uses. */
  readonly home?: string;
  readonly log?: LogLine;
}

/**
 * Each tool that is one Go module: its folder, which of its files make it, what is built of it (`tool`: what
 * its go.mod names; `.`: its own source), and the program that this leaves in `bin`.
 */
const goModules: Readonly<Record<GoModuleName, GoModule>> = {
  h2spec: { module: join(lockFolder, 'h2spec'), files: pinFiles, what: 'tool', program: 'h2spec' },
  kubeconform: {
    module: join(lockFolder, 'kubeconform'),
    files: pinFiles,
    what: 'tool',
    program: 'kubeconform',
  },
  kustomize: {
    module: join(lockFolder, 'kustomize'),
    files: pinFiles,
    what: 'tool',
    program: 'kustomize',
  },
  ratelimit: {
    module: join(lockFolder, 'ratelimit'),
    files: pinFiles,
    what: 'tool',
    program: 'service_cmd', // the last part of its package's path
  },
  'grpc-client': {
    module: join(checkoutFolder, 'packages/unary-grpc/test/go-client'),
    files: [...pinFiles, 'main.go'],
    what: '.',
    program: 'grpc-client',
  },
};

/**
 * The program files of the named tools, by name. What is not there yet is built by the pinned Go
 * toolchain, or downloaded, into the state folder, once; later calls cost nothing and need no
 * network. Throws one error that names each tool that cannot be had and why.
 */
export async function ensureTools<Name extends ToolName>(
  names: readonly Name[],
  { home = stateFolder(), log = console.error }: ToolOptions = {},
): Promise<Record<Name, string>> {
  const missing = () => names.map(specOf).filter((tool) => !existsSync(fileOf(tool, home)));
  if (missing().length > 0) {
    await installPinned(missing, {
      home,
      log,
      what: 'tools',
      advice: (failed) =>
        `Cannot be installed here: ${failed.map(({ title }) => title).join(', ')}.`,
    });
  }
  const files = names.map((name) => [name, fileOf(specOf(name), home)] as const);
  return Object.fromEntries(files) as Record<Name, string>;
}

/** One tool's program file; see `ensureTools`. */
export async function ensureTool(name: ToolName, options?: ToolOptions): Promise<string> {
  return (await ensureTools([name], options))[name];
}

function specOf(name: ToolName): Tool {
  if (name === 'contract-client') return contractClient();
  if (name === 'squawk') return squawk();
  const { module, files, what, program } = goModules[name];
  return {
    name,
    title: name,
    by: 'pip and go install, under two minutes',
    pins: files.map((file) => join(module, file)),
    install: (folder, installers) => installGo(folder, module, what, installers, { files }),
    program,
  };
}

/** A wheel: downloaded, not built. */
function squawk(): Tool {
  const pins = join(lockFolder, 'squawk');
  return {
    name: 'squawk',
    title: 'squawk',
    by: 'pip, seconds',
    pins: [join(pins, 'requirements.txt')],
    install: (folder, { pip }) => installWheel('squawk-cli', folder, { lockFolder: pins, pip }),
    program: 'squawk',
  };
}

function fileOf(spec: Tool, home: string): string {
  return join(pinnedFolder(home, spec), 'bin', spec.program);
}
