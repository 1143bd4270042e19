import { browserSafe } from './browser-safe.ts';
import { fileCircles } from './file-circles.ts';
import { idleExceptions, oneSourceRules } from './one-source.ts';
import { packageArrows } from './package-arrows.ts';
import { pureDomain } from './pure-domain.ts';
import { rowBorders } from './row-borders.ts';
import { type Finding, type Rule, textOf } from './rule.ts';
import { serviceBorders } from './service-borders.ts';
import { subjectFloors } from './subject-floors.ts';
import { readTree, type Tree } from './tree.ts';

/** Every rule of structure. */
export const RULES: readonly Rule[] = [
  pureDomain,
  serviceBorders,
  packageArrows,
  subjectFloors,
  rowBorders,
  browserSafe,
  fileCircles,
  ...oneSourceRules,
];

/** What `npm run check` says of a tree: one line for each finding. */
export function structureFindings(tree: Tree): string[] {
  return RULES.flatMap((rule) => rule.find(tree).map((finding) => line(rule.name, finding)));
}

function line(rule: string, finding: Finding): string {
  return `${rule}: ${textOf(finding)}`;
}

if (import.meta.main) {
  const tree = readTree(process.cwd());
  const idle = idleExceptions(tree).map((finding) => line('exceptions', finding));
  const all = [...structureFindings(tree), ...idle];
  for (const finding of all) console.error(finding);
  console.log(`structure: ${tree.modules.length} files, ${all.length} violations`);
  process.exitCode = all.length === 0 ? 0 : 1;
}
