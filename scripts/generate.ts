import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { printValidate } from './generate/print-validate.ts';
import { stageEnvoy } from './generate/stage-envoy.ts';

const root = join(import.meta.dirname, '..');
const target = 'packages/api/src/gen';
const rules = 'third_party/protovalidate/buf/validate/validate.proto';

/**
 * Makes everything that is derived from the contract in `proto/`: the rules it is written with, the
 * TypeScript of all messages and services (what a bare `buf generate` makes, and Envoy's), and the
 * descriptor set from which Envoy transcodes JSON. All of it is committed. Running it twice changes
 * nothing, so that one that failed half-way is repeated. With `--check` nothing is replaced, and it
 * fails when the committed files are not what it would make.
 */
async function generate({ check }: { readonly check: boolean }): Promise<void> {
  await makeRules({ check });
  const state = join(root, '.tollgate');
  await mkdir(state, { recursive: true });
  const work = await mkdtemp(join(state, 'generate-'));
  try {
    await buf('generate', '--output', work);
    const envoy = join(work, 'envoy');
    await stageEnvoy(envoy);
    const template = 'scripts/generate/envoy.gen.yaml';
    await buf('generate', envoy, '--template', template, '--output', work);
    const image = join(work, 'image.binpb');
    await buf('build', '--as-file-descriptor-set', '--exclude-source-info', '-o', image);
    const made = join(work, target);
    const committed = join(root, target);
    if (!check) {
      await rm(committed, { recursive: true, force: true });
      await rename(made, committed);
    }
    // Not imported at the top: it uses generated code, which a first run has only now.
    const { writeTranscoderDescriptors } = await import('./generate/transcoder-descriptors.ts');
    const to = join(check ? made : committed, 'tollgate.binpb');
    await writeTranscoderDescriptors({ from: image, to });
    if (check) await requireSame({ committed, made });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The third-party rules that the contract imports, and no package carries as a proto. */
async function makeRules({ check }: { readonly check: boolean }): Promise<void> {
  const file = join(root, rules);
  const made = printValidate();
  if (!check) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, made);
  } else if ((await readFile(file, 'utf8')) !== made) {
    throw new Error(`not up to date, run npm run generate: ${rules}`);
  }
}

/** @throws Error that names every file that differs, is missing or should not be there. */
async function requireSame(folders: { committed: string; made: string }): Promise<void> {
  const [committed, made] = await Promise.all([
    contentsOf(folders.committed),
    contentsOf(folders.made),
  ]);
  const names = [...new Set([...committed.keys(), ...made.keys()])].toSorted();
  const different = names.filter((name) => committed.get(name) !== made.get(name));
  if (different.length === 0) return;
  throw new Error(`not up to date, run npm run generate: ${different.join(', ')}`);
}

/** The files below a folder, by their path in it. */
async function contentsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const pairs = paths.map(async (path) => {
    return [relative(folder, path), await readFile(path, 'base64')] as const;
  });
  return new Map(await Promise.all(pairs));
}

async function buf(...args: string[]): Promise<void> {
  // The plugins that buf.gen.yaml calls by name are in the same folder as buf.
  const binaries = join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${binaries}:${process.env['PATH'] ?? ''}` };
  const program = spawn(join(binaries, 'buf'), args, { cwd: root, env, stdio: 'inherit' });
  const [code] = await once(program, 'exit');
  if (code !== 0) throw new Error(`buf ${args[0]} failed (exit code ${code})`);
}

await generate({ check: process.argv.includes('--check') });
