import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkoutFolder, serverUser } from '@tollgate/servers';

/**
 * As whom the services run: like the servers (for root: as nobody), unless that user cannot read
 * the checkout, as when root keeps it in a home folder; then as ourselves.
 */
export function serviceUser(): { uid?: number; gid?: number } {
  known ??= findServiceUser();
  return { ...known };
}

/** Asked once: the answer costs a process. */
let known: { uid?: number; gid?: number } | undefined;

function findServiceUser(): { uid?: number; gid?: number } {
  const user = serverUser();
  if (user.uid === undefined) return user;
  const script = join(checkoutFolder, 'packages/servers/bootstrap/guard.mjs');
  const { status } = spawnSync(process.execPath, ['--check', script], { cwd: '/', ...user });
  return status === 0 ? user : {};
}
