import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stageProtos } from './generate/stage-protos.ts';

const root = join(import.meta.dirname, '..');
const generated = join(root, 'packages/api/src/gen');
const binaries = join(root, 'node_modules/.bin');

/**
 * Makes everything that is derived from the contract in `proto/`: the staged third-party protos
 * (not committed), the TypeScript of all messages and services, and the descriptor set from which
 * Envoy transcodes JSON (both committed). Running it twice changes nothing.
 */
async function generate(): Promise<void> {
  await stageProtos(join(root, 'third_party/proto'));
  await rm(generated, { recursive: true, force: true });
  await mkdir(generated, { recursive: true });
  await buf('generate');
  const image = join(generated, 'tollgate.binpb');
  await buf('build', '--as-file-descriptor-set', '--exclude-source-info', '-o', image);
  // Not imported at the top: it uses generated code, which a first run has only now.
  const { writeTranscoderDescriptors } = await import('./generate/transcoder-descriptors.ts');
  await writeTranscoderDescriptors(image);
}

async function buf(...args: string[]): Promise<void> {
  // The plugins that buf.gen.yaml calls by name are in the same folder as buf.
  const env = { ...process.env, PATH: `${binaries}:${process.env['PATH'] ?? ''}` };
  const program = spawn(join(binaries, 'buf'), args, { cwd: root, env, stdio: 'inherit' });
  const [code] = await once(program, 'exit');
  if (code !== 0) throw new Error(`buf ${args[0]} failed (exit code ${code})`);
}

await generate();
