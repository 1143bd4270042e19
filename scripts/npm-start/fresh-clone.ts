import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkoutFolder } from '@tollgate/servers';

/**
 * Clones this checkout into `folder`, which must not exist, at a commit: the last one by default.
 * Answers the folder. @throws when there is no such commit in the history.
 */
export async function freshClone(folder: string, commit = 'HEAD'): Promise<string> {
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: checkoutFolder });
  const { stdout } = await git('rev-parse', '--verify', `${commit}^{commit}`);
  await git('clone', '--quiet', '--no-checkout', checkoutFolder, folder);
  await git('-C', folder, 'checkout', '--quiet', '--detach', stdout.trim());
  return folder;
}
