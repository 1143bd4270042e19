import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import type { SourceFile } from './source-files.ts';

/** Files started by name: by npm, by the launcher, by an image or by another tool. */
const STARTED_BY_NAME =
  /(?:^|\/)main\.ts$|\.test\.ts$|^jest\.config\.js$|(?:^|\/)bench\/|^examples\/|^packages\/testkit\/src\/global-/;

/** What tests are made of; what only they import elsewhere does no work. */
const FOR_TESTS = /\.test\.ts$|(?:^|\/)(?:test|testing|testkit)\/|^scripts\/checks\/deploy\//;

/**
 * Files that nothing imports and nothing starts, but for tests; `importsOf` gives the specifiers of
 * what a file imports.
 */
export function deadFiles(
  root: string,
  files: readonly SourceFile[],
  importsOf: (path: string) => readonly string[],
): string[] {
  const known = new Set(files.map(({ path }) => path));
  const used = new Set<string>();
  for (const { path } of files) {
    for (const specifier of importsOf(path)) {
      const target = normalize(join(dirname(path), specifier));
      if (!specifier.startsWith('.')) continue;
      if (!FOR_TESTS.test(path) || FOR_TESTS.test(target)) used.add(target);
    }
  }
  for (const target of exportedFiles(root, known)) used.add(target);
  const named = startCommands(root);
  return [...known]
    .filter((path) => !used.has(path) && !STARTED_BY_NAME.test(path))
    .filter((path) => !named.includes(path) && !mentioned(path, files))
    .map((path) => `${path} is imported and started by nothing`);
}

/** What the workspaces' `exports` name. */
function exportedFiles(root: string, known: Set<string>): string[] {
  const folders = new Set(
    [...known]
      .map((path) => path.split('/').slice(0, 2).join('/'))
      .filter((path) => path.includes('/')),
  );
  return [...folders].flatMap((folder) => {
    const manifest = `${root}/${folder}/package.json`;
    if (!existsSync(manifest)) return [];
    const { exports = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      exports?: Record<string, string>;
    };
    return Object.values(exports).map((target) => normalize(join(folder, target)));
  });
}

/** Texts that start files by path: npm scripts, CI, images, manifests. */
function startCommands(root: string): string {
  return [
    'package.json',
    '.ci/run',
    'Dockerfile',
    'buf.gen.yaml',
    'docker-compose.yml',
    'CONTRIBUTING.md',
    'deploy/README.md',
  ]
    .filter((path) => existsSync(`${root}/${path}`))
    .map((path) => readFileSync(`${root}/${path}`, 'utf8'))
    .join('\n');
}

/** A file that another one starts as a program names its path's end. */
function mentioned(path: string, files: readonly SourceFile[]): boolean {
  const end = path.split('/').slice(-2).join('/');
  return files.some((file) => file.path !== path && file.text.includes(end));
}
