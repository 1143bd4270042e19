import { join } from 'node:path';
import { bundleForBrowser, doorsOf } from './checks/structure/browser-bundle.ts';

/**
 * Prints what the contract (`packages/api`) weighs in a browser, and what is behind it:
 *
 *     npm run size:api
 */
const root = join(import.meta.dirname, '..');
const folder = join(root, 'packages/api');
const doors = doorsOf(folder);

for (const [name, entries] of [
  ['@tollgate/api', [join(folder, 'src/index.ts')]],
  [`all ${doors.length} doors of it`, doors],
] as const) {
  const { minifiedBytes, gzipBytes, builtIn, libraries } = await bundleForBrowser(root, entries);
  const sizes = `${kilobytes(minifiedBytes)} minified, ${kilobytes(gzipBytes)} with gzip`;
  const behind = [...libraries, ...builtIn].join(', ') || 'nothing';
  console.log(`${name}: ${sizes}; behind it: ${behind}`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
