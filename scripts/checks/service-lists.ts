import { serviceNames } from '@tollgate/api';
import type { SourceFile } from './source-files.ts';

/** How far apart the names of one list may stand. */
const LIST_LINES_MAX = 25;

/** The list itself, and tables whose rows the compiler compares with it. */
const ALLOWED: Readonly<Record<string, string>> = {
  'packages/api/src/service-names.ts': 'the list',
  'packages/system/src/process-kinds.ts': 'what each process is told',
  'packages/system/src/all-migrations.ts': 'an import of each service',
};

/** A name as a text, as a key or as a shorthand: alone, and followed as in a list, table or type. */
const NAME = new RegExp(
  String.raw`(?<![\w.$/@-])(['"]?)(${serviceNames.join('|')})\1(?=\s*[:,|\])};])`,
  'g',
);

/** Places outside the one list where all services are named by hand, one line each. */
export function secondServiceLists(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !(path in ALLOWED))
    .flatMap(({ path, text }) => {
      const line = listIn(text);
      return line === undefined ? [] : [`${path}:${line} names all services by hand`];
    });
}

/** The line on which the first hand-written list begins; undefined: there is none. */
function listIn(text: string): number | undefined {
  const found = text
    .split('\n')
    .flatMap((content, index) =>
      Array.from(content.matchAll(NAME), ([, , name = '']) => ({ name, line: index + 1 })),
    );
  return found.find(({ line }) => {
    const near = found.filter((other) => other.line >= line && other.line < line + LIST_LINES_MAX);
    return new Set(near.map(({ name }) => name)).size === serviceNames.length;
  })?.line;
}
