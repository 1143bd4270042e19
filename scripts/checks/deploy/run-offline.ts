import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Where nobody listens: what would be fetched is refused, and there is no git that could clone. */
const nowhere = 'http://127.0.0.1:1';
const env = { PATH: '', HOME: '/nonexistent', HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere };

/** What a program answers, and what it says beside, when it can reach nothing but files. */
export async function runOffline(
  program: string,
  args: readonly string[],
  input = '',
): Promise<{ output: string; errors: string; code: number | null }> {
  const child = spawn(program, args, { env, stdio: 'pipe' });
  const { promise: code, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject).on('close', resolve);
  child.stdin.end(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), code]);
  return { output, errors, code: await code };
}
