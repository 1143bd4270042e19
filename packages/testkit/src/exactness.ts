import { fileURLToPath } from 'node:url';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { isIdentifier } from 'typescript/unstable/ast/is';
import { API, type Checker } from 'typescript/unstable/sync';
import { forbiddenUse } from './exactness-rules.ts';

/** A place that breaks the rule for a reason that the list of exceptions gives. */
export interface Exception {
  /** Path within `src`. */
  readonly file: string;
  /** The forbidden code, as the violation shows it. */
  readonly code: string;
  readonly reason: string;
}

/**
 * Every way out of exact arithmetic, and every look at the machine, in the sources below `src` of a
 * package, but for its tests and `src/testing`: `file: code: why`. Whether `a / b` divides integers
 * is asked of the type checker. `added` are sources that are only thought of, by path within `src`,
 * for the checker's own test. An exception that nothing needs any more is reported, too.
 */
export function inexactCode(
  src: URL,
  exceptions: readonly Exception[] = [],
  added: Readonly<Record<string, string>> = {},
): string[] {
  const folder = fileURLToPath(src);
  const config = `${folder}exactness-tsconfig.json`;
  const own = { extends: '../../../tsconfig.json', include: ['.'], files: Object.keys(added) };
  const exclude = ['**/*.test.ts', 'testing'];
  const files: Record<string, string> = { [config]: JSON.stringify({ ...own, exclude }) };
  for (const [path, text] of Object.entries(added)) files[folder + path] = text;
  const fs = {
    readFile: (path: string) => files[path],
    fileExists: (path: string) => (path in files ? true : undefined),
  };
  const api = new API({ cwd: folder, fs });
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    const paths = project?.rootFiles ?? [];
    if (paths.length === 0) throw new Error(`no sources in ${folder}`);
    const found = paths.flatMap((path) => {
      const source = project?.program.getSourceFile(path);
      if (project === undefined || source === undefined) throw new Error(`no source ${path}`);
      return usesIn(path.slice(folder.length), source, project.checker);
    });
    return withoutExceptions(found, exceptions);
  } finally {
    api.close();
  }
}

interface Use {
  readonly file: string;
  readonly code: string;
  readonly why: string;
}

function usesIn(file: string, source: SourceFile, checker: Checker): Use[] {
  const uses: Use[] = [];
  const visit = (node: Node): void => {
    const why = forbiddenUse(node, checker);
    // A name alone says little: it is shown with what it is a part of.
    const shown = isIdentifier(node) ? node.parent : node;
    if (why !== undefined) uses.push({ file, code: shown.getText(), why });
    node.forEachChild(visit);
  };
  visit(source);
  return uses;
}

function withoutExceptions(uses: readonly Use[], exceptions: readonly Exception[]): string[] {
  const isOf =
    ({ file, code }: Exception) =>
    (use: Use) =>
      use.file === file && use.code === code;
  const left = uses.filter((use) => !exceptions.some((exception) => isOf(exception)(use)));
  const idle = exceptions.filter((exception) => !uses.some(isOf(exception)));
  return [
    ...left.map(({ file, code, why }) => `${file}: ${code}: ${why}`),
    ...idle.map(({ file, code }) => `${file}: ${code}: is an exception that nothing needs`),
  ];
}
