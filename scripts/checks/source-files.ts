import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A file and what is in it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Paths (relative, `/`) of all tracked and new TypeScript and JavaScript files that people write. */
export function sourceFiles(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed
    .split('\0')
    .filter((path) => /\.(?:ts|mjs|js)$/.test(path) && !path.startsWith('packages/api/src/gen/'))
    .filter((path) => existsSync(`${root}/${path}`))
    .toSorted();
}
