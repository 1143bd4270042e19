import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkoutFolder } from '@tollgate/servers';

const bootstrapFolder = 'packages/servers/bootstrap';

/** The files that the launcher loads before it has found Node 26, and what else they import. */
function loadedBeforeNode(): { files: Set<string>; others: Set<string> } {
  const files = new Set<string>();
  const others = new Set<string>();
  const queue = ['scripts/node26.mjs', `${bootstrapFolder}/guard.mjs`]; // the guard is spawned
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(join(checkoutFolder, file), 'utf8');
    const imported = text.matchAll(/^(?:import|export|\}) [^;]*?from '([^']+)';/gm);
    for (const [, specifier = ''] of imported) {
      if (specifier.startsWith('.')) {
        const target = join(checkoutFolder, dirname(file), specifier);
        queue.push(relative(checkoutFolder, target));
      } else {
        others.add(specifier);
      }
    }
  }
  return { files, others };
}

test('what runs before Node 26 and the dependencies are there needs neither', () => {
  const { files, others } = loadedBeforeNode();
  for (const file of files) expect(file).toMatch(/\.mjs$/);
  for (const specifier of others) expect(specifier).toMatch(/^node:/);
});

test('only what must run on an older Node is written for it', () => {
  const loaded = [...loadedBeforeNode().files].filter((file) => file.startsWith(bootstrapFolder));
  const kept = readdirSync(join(checkoutFolder, bootstrapFolder));
  expect(kept.map((name) => `${bootstrapFolder}/${name}`).toSorted()).toEqual(loaded.toSorted());
  const sources = readdirSync(join(checkoutFolder, 'packages/servers/src'));
  expect(sources.filter((name) => name.endsWith('js'))).toEqual([]);
});
