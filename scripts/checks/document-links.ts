import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceFile } from './source-files.ts';

/** All tracked and new Markdown files. */
export function documents(root: string): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Relative links of a Markdown file that lead to no file, or to no heading of one. */
export function brokenLinks(root: string, { path, text }: SourceFile): string[] {
  const links = text.matchAll(/\]\(([^)\s#]*)(?:#([^)\s]*))?\)/g);
  return [...links]
    .filter(([, target = '']) => !/^[a-z]+:/.test(target))
    .flatMap(([, target = '', anchor]) => {
      const file = target === '' ? path : join(dirname(path), target);
      if (!existsSync(join(root, file))) {
        return [`${path} links to ${target}, which does not exist`];
      }
      const isThere = anchor === undefined || anchorsOf(join(root, file)).has(anchor);
      return isThere ? [] : [`${path} links to ${target}#${anchor}, which has no such heading`];
    });
}

/** What the headings of a document are linked by, as GitHub and its kin make it. */
function anchorsOf(file: string): Set<string> {
  if (!file.endsWith('.md')) return new Set();
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ +(.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
