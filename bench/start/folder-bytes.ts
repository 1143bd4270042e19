import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The sizes of all files below a folder, in bytes; links are not followed. */
export function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
}
