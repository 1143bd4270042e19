import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { renderEnvoyConfig } from './render-envoy-config.ts';
import type { GatewaySettings } from './settings.ts';
import { transcoderDescriptorsPath } from './transcoder-descriptors-path.ts';

/**
 * Lets Envoy itself check the configuration of an environment, with the descriptor set of this
 * checkout in place of the environment's. Resolves with what Envoy objects to, empty when nothing.
 */
export async function validateConfig(
  program: { readonly file: string },
  settings: GatewaySettings,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-envoy-'));
  try {
    const file = join(folder, 'envoy.json');
    const here = { ...settings, descriptorsPath: transcoderDescriptorsPath };
    await writeFile(file, JSON.stringify(renderEnvoyConfig(here)));
    const args = ['--mode', 'validate', '-c', file, '-l', 'error', '--disable-hot-restart'];
    const child = spawn(program.file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    return code === 0 ? '' : errors.trim() || `exit code ${code}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
