import { readFileSync } from 'node:fs';
import { deadFiles } from '../dead-files.ts';
import { browserSafe } from './browser-safe.ts';
import { fileCircles } from './file-circles.ts';
import { KNOWN_VIOLATIONS, type KnownViolation } from './known-violations.ts';
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

/** What `npm run check` says of a tree: one line for each finding that is not a known one. */
export function structureFindings(
  tree: Tree,
  known: readonly KnownViolation[] = KNOWN_VIOLATIONS,
): { readonly findings: string[]; readonly known: number } {
  const all = RULES.flatMap((rule) => rule.find(tree).map((finding) => ({ rule, finding })));
  const isKnown = ({ rule, finding }: (typeof all)[number]) =>
    known.some((it) => it.rule === rule.name && finding.path.startsWith(it.path));
  const left = all.filter((it) => !isKnown(it));
  const idle = known.filter(
    ({ rule: name, path }) =>
      !all.some(({ rule, finding }) => rule.name === name && finding.path.startsWith(path)),
  );
  return {
    findings: [
      ...left.map(({ rule, finding }) => line(rule.name, finding)),
      ...idle.map(({ rule, path }) => `${rule}: ${path} is clean: take it out of KNOWN_VIOLATIONS`),
    ],
    known: all.length - left.length,
  };
}

function line(rule: string, finding: Finding): string {
  return `${rule}: ${textOf(finding)}`;
}

function unusedFiles(root: string, tree: Tree): string[] {
  const files = tree.modules.map(({ path }) => {
    return { path, text: readFileSync(`${root}/${path}`, 'utf8') };
  });
  const imports = new Map(
    tree.modules.map((it) => [it.path, it.imports.map(({ specifier }) => specifier)]),
  );
  const importsOf = (path: string) => imports.get(path) ?? [];
  return deadFiles(root, files, importsOf).map((finding) => `dead-files: ${finding}`);
}

if (import.meta.main) {
  const root = process.cwd();
  const tree = readTree(root);
  const { findings, known } = structureFindings(tree);
  const idle = idleExceptions(tree).map((finding) => line('exceptions', finding));
  const all = [...findings, ...idle, ...unusedFiles(root, tree)];
  for (const finding of all) console.error(finding);
  const more = known === 0 ? '' : `, ${known} known ones`;
  console.log(`structure: ${tree.modules.length} files, ${all.length} violations${more}`);
  process.exitCode = all.length === 0 ? 0 : 1;
}
