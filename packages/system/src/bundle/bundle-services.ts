import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkoutFolder,
  compileCacheFolder,
  prepareStateFolder,
  runCommand,
  withLock,
} from '@tollgate/servers';
import { serviceUser } from '../service-user.ts';
import { readFreshBundle, type ServiceBundle } from './manifest.ts';

const builder = join(import.meta.dirname, 'build.ts');

/**
 * The services' programs as few files of JavaScript, in the state folder `home`: they are what the
 * sources say, and load in half of the time. Built when a source, a package or the Node is not the
 * one they were built from; whoever starts meanwhile waits. Runs nothing of what it bundles.
 * @throws with what the bundler says.
 */
export async function bundleServices(
  home: string,
  log: (line: string) => void,
): Promise<ServiceBundle> {
  const folder = join(prepareStateFolder(home), 'bundle');
  return (
    readFreshBundle(folder) ??
    withLock(join(folder, 'lock'), async () => {
      const builtMeanwhile = readFreshBundle(folder);
      if (builtMeanwhile) return builtMeanwhile;
      log('Bundling the services …');
      // A process of its own: the bundler's memory goes with it.
      await runCommand(process.execPath, [builder, folder], { cwd: checkoutFolder });
      // Node keeps what it compiled by a file's path, and these are other files.
      rmSync(compileCacheFolder(home, serviceUser()), {
        recursive: true,
        force: true,
        maxRetries: 5, // a process that ends may be writing to it
      });
      const bundle = readFreshBundle(folder);
      if (!bundle) throw new Error('A source changed while the services were bundled.');
      return bundle;
    })
  );
}
