import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stageProtos } from './generate/stage-protos.ts';

const root = join(import.meta.dirname, '..');
const thirdParty = join(root, 'third_party');
const target = 'packages/api/src/gen';

/**
 * Makes everything that is derived from the contract in `proto/`: the staged third-party protos
 * (not committed), the TypeScript of all messages and services, and the descriptor set from which
 * Envoy transcodes JSON (both committed). Running it twice changes nothing; what it replaces is
 * replaced at the end, so that a failure leaves the old state. With `--check` it replaces nothing
 * and fails when the committed files are not what it would make.
 */
async function generate({ check }: { readonly check: boolean }): Promise<void> {
  await stageProtos(join(thirdParty, 'proto'));
  const work = await mkdtemp(join(thirdParty, 'generate-'));
  try {
    await buf('generate', '--output', work);
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
