import { lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives the checkout `to` the installed packages of `from`, by links. The workspaces themselves,
 * which npm links by a relative path, become those of `to`.
 */
export function linkDependencies(from: string, to: string): void {
  linkAll(join(from, 'node_modules'), join(to, 'node_modules'));
}

function linkAll(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (lstatSync(source).isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    // A scope holds packages, of which some may be workspaces.
    else if (name.startsWith('@')) linkAll(source, target);
    else symlinkSync(source, target);
  }
}
