import { cpSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cleanEnvironment, runCommand } from '../../bootstrap/run-command.mjs';
import { checkoutFolder } from '../../bootstrap/state-folder.mjs';
import type { Installers, PinnedProgram } from '../installers.ts';

const source = join(checkoutFolder, 'packages/api/test/go-client');
const sources = ['go.mod', 'go.sum', 'main.go'];
/** The template that proto/README.md tells people to use. */
const template = 'proto/clients/go.gen.yaml';
const rules = 'third_party/protovalidate/buf/validate/validate.proto';

/** The client as a tool to install: made of more than a Go module, of the whole contract. */
export function contractClient(): PinnedProgram & { readonly program: string } {
  return {
    name: 'contract-client',
    title: 'contract-client',
    by: 'pip, go install and buf, under two minutes',
    pins: pins(),
    install,
    program: 'client', // the last part of its module's path
  };
}

/** The files that make the client. */
function pins(): string[] {
  const proto = join(checkoutFolder, 'proto/tollgate');
  const protos = readdirSync(proto, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.proto'),
  );
  return [
    ...sources.map((file) => join(source, file)),
    ...[template, 'buf.yaml', rules].map((path) => join(checkoutFolder, path)),
    ...protos.toSorted().map((path) => join(proto, path)),
  ];
}

/**
 * Makes a Go client of the contract into `<folder>/bin`, as proto/README.md says, with no tool of
 * ours: the plugins and the client's module pinned by its go.mod, the code by `buf generate`. All
 * generated packages must compile.
 */
async function install(folder: string, { go }: Installers): Promise<void> {
  const module = join(folder, 'module');
  const plugins = join(folder, 'plugins');
  for (const file of sources) cpSync(join(source, file), join(module, file));
  await go(['install', '-modcacherw', 'tool'], { cwd: module, bin: plugins });

  const bins = join(checkoutFolder, 'node_modules/.bin');
  const clean = cleanEnvironment();
  const env = { ...clean, PATH: [plugins, bins, clean.PATH ?? ''].join(delimiter) };
  const generate = ['generate', '--template', template, '--output', module];
  await runCommand(join(bins, 'buf'), generate, { cwd: checkoutFolder, env });

  const strip = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-modcacherw'];
  await go(['install', ...strip, './...'], { cwd: module, bin: join(folder, 'bin') });
  for (const path of [module, plugins]) rmSync(path, { recursive: true, force: true });
}
