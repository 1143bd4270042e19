import { forbiddenImports, type Rule } from './rule.ts';
import { isForTests, workspaceOf } from './tree.ts';

const ROW = /-row\.ts$/;

/** Who may know a row: the stores of its subject, other rows of it. */
const KNOWS_ROWS = /-(?:store|row)\.ts$/;

/**
 * Rows do not leave a store: `<noun>-row.ts` is imported by stores and rows of its own folder only,
 * and by the service's `rows.ts`, which registers them.
 */
export const rowBorders: Rule = {
  name: 'row-borders',
  find: (tree) => {
    const own = tree.modules.filter(({ path }) => {
      return path.startsWith('services/') && !isForTests(path);
    });
    return forbiddenImports(tree, own, ({ from, to }) => {
      if (!to || !ROW.test(to) || from === `${workspaceOf(to)}/src/rows.ts`) return undefined;
      const isNear = folderOf(from) === folderOf(to);
      if (isNear && KNOWS_ROWS.test(from)) return undefined;
      return isNear
        ? 'rows do not leave a store: only *-store.ts and *-row.ts know them'
        : 'rows do not leave a store: another subject asks its store';
    });
  },
};

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
