import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stageProtos } from './generate/stage-protos.ts';

const root = join(import.meta.dirname, '..');
const thirdParty = join(root, 'third_party');
const target = 'packages/api/src/gen';

/**
 * Makes everything that is derived from the contract in `proto/`: the staged third-party protos
 * (not committed), the TypeScript of all messages and services, and the descriptor set from which
 * Envoy transcodes JSON (both committed). Running it twice changes nothing; what it replaces is
 * replaced at the end, so that a failure leaves the old state.
 */
async function generate(): Promise<void> {
  await stageProtos(join(thirdParty, 'proto'));
  const work = await mkdtemp(join(thirdParty, 'generate-'));
  try {
    await buf('generate', '--output', work);
    const image = join(work, 'image.binpb');
    await buf('build', '--as-file-descriptor-set', '--exclude-source-info', '-o', image);
    await rm(join(root, target), { recursive: true, force: true });
    await rename(join(work, target), join(root, target));
    // Not imported at the top: it uses generated code, which a first run has only now.
    const { writeTranscoderDescriptors } = await import('./generate/transcoder-descriptors.ts');
    await writeTranscoderDescriptors({ from: image, to: join(root, target, 'tollgate.binpb') });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function buf(...args: string[]): Promise<void> {
  // The plugins that buf.gen.yaml calls by name are in the same folder as buf.
  const binaries = join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${binaries}:${process.env['PATH'] ?? ''}` };
  const program = spawn(join(binaries, 'buf'), args, { cwd: root, env, stdio: 'inherit' });
  const [code] = await once(program, 'exit');
  if (code !== 0) throw new Error(`buf ${args[0]} failed (exit code ${code})`);
}

await generate();
