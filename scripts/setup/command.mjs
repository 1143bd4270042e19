import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFolder } from '../../packages/servers/bootstrap/state-folder.mjs';

/**
 * What to spawn for a command line: a script, or a program of node_modules by its name. Options
 * of Node may stand before it.
 * @param {string[]} words
 * @param {string} node the Node program
 */
export function commandFor(words, node) {
  const first = words.findIndex((word) => !word.startsWith('-'));
  const name = words[first];
  if (name === undefined) return { file: node, args: words };
  const rest = words.slice(first + 1);
  const options = words.slice(0, first);
  if (/\.[cm]?[jt]s$/.test(name)) return { file: node, args: [...options, name, ...rest] };

  const bin = join(checkoutFolder, 'node_modules/.bin', name);
  if (!existsSync(bin)) throw new Error(`There is no program ${name} in node_modules/.bin.`);
  const file = realpathSync(bin);
  if (!isNodeScript(file)) return { file, args: rest };
  return { file: node, args: [...options, file, ...rest] };
}

/** @param {string} file */
function isNodeScript(file) {
  const [firstLine = ''] = readFileSync(file).subarray(0, 64).toString('latin1').split('\n');
  return firstLine.includes('node');
}
