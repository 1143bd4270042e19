import { type Rule, textOf } from '../rule.ts';
import { type Files, treeOf } from '../tree.ts';

/** What a rule says of files that are only thought of, one line for each finding. */
export function findings(rule: Rule, files: Files): string[] {
  return rule.find(treeOf(files)).map(textOf);
}

/** A package.json of a workspace, with what the rules read of it. */
export function manifest(
  name: string,
  {
    subjects,
    exports = { '.': './src/index.ts' },
  }: {
    readonly subjects?: readonly string[];
    readonly exports?: Readonly<Record<string, string>>;
  } = {},
): string {
  return JSON.stringify({
    name: `@tollgate/${name}`,
    exports,
    ...(subjects ? { tollgate: { subjects } } : {}),
  });
}
