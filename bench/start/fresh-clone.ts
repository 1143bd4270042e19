import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkoutFolder } from '@tollgate/servers';

/** Clones the last commit of this checkout into `folder`, which must not exist, and answers it. */
export async function freshClone(folder: string): Promise<string> {
  await promisify(execFile)('git', ['clone', '--quiet', checkoutFolder, folder]);
  return folder;
}
