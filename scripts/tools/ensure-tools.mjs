import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installGo } from '../servers/install-go.mjs';
import { installPinned, pinnedFolder } from '../servers/install-pinned.mjs';
import { checkoutFolder, stateFolder } from '../servers/state-folder.mjs';
import { contractClient } from './contract-client.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const pinFiles = ['go.mod', 'go.sum'];

/**
 * Each tool: its Go module folder, which of its files make it, what is built of it (`tool`: what
 * its go.mod names; `.`: its own source), and the program that this leaves in `bin`.
 */
const tools = {
  h2spec: { module: join(here, 'h2spec'), files: pinFiles, what: 'tool', program: 'h2spec' },
  ratelimit: {
    module: join(here, 'ratelimit'),
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
 * toolchain into the state folder, once; later calls cost nothing and need no network. Throws one
 * error that names each tool that cannot be built and why.
 * @template {import('./ensure-tools.d.mts').ToolName} Name
 * @param {Name[]} names
 * @returns {Promise<Record<Name, string>>}
 */
export async function ensureTools(names, { home = stateFolder(), log = console.error } = {}) {
  const missing = () => names.map(specOf).filter((tool) => !existsSync(fileOf(tool, home)));
  if (missing().length > 0) {
    await installPinned(missing, {
      home,
      log,
      what: 'tools',
      advice: (failed) => `Cannot be built here: ${failed.map(({ title }) => title).join(', ')}.`,
    });
  }
  return Object.fromEntries(names.map((name) => [name, fileOf(specOf(name), home)]));
}

/** One tool's program file; see `ensureTools`. */
export async function ensureTool(name, options) {
  return (await ensureTools([name], options))[name];
}

function specOf(name) {
  if (name === 'contract-client') return contractClient();
  const { module, files, what, program } = tools[name];
  return {
    name,
    title: name,
    by: 'pip and go install, under two minutes',
    pins: files.map((file) => join(module, file)),
    install: (folder, installers) => installGo(folder, module, what, installers, { files }),
    program,
  };
}

function fileOf(spec, home) {
  return join(pinnedFolder(home, spec), 'bin', spec.program);
}
