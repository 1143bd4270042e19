import type { Import, Module } from './module.ts';
import type { Tree } from './tree.ts';

/** A place that breaks a rule: where, what stands there, and why it may not. */
export interface Finding {
  readonly path: string;
  /** The line, from 1; absent when it is about the file as a whole. */
  readonly line?: number;
  readonly what: string;
  readonly why: string;
}

/** One rule of structure. */
export interface Rule {
  readonly name: string;
  find(tree: Tree): Finding[];
}

/** An import with the path it leads to inside the repository. */
export interface Arrow extends Import {
  readonly from: string;
  /** Undefined for built-in modules and libraries. */
  readonly to: string | undefined;
}

/** All imports of a file. */
export function arrowsOf(tree: Tree, { path, imports }: Module): Arrow[] {
  return imports.map((it) => ({ ...it, from: path, to: tree.targetOf(path, it.specifier) }));
}

/** A finding for each import of the files that `why` gives a reason against. */
export function forbiddenImports(
  tree: Tree,
  modules: readonly Module[],
  why: (arrow: Arrow) => string | undefined,
): Finding[] {
  return modules.flatMap((module) =>
    arrowsOf(tree, module).flatMap((arrow) => {
      const reason = why(arrow);
      return reason === undefined ? [] : [findingOf(arrow, reason)];
    }),
  );
}

function findingOf({ from, line, specifier }: Arrow, why: string): Finding {
  return { path: from, line, what: `imports ${specifier}`, why };
}

/** `services/auth/src/main.ts:3 imports node:fs: why`, as the check prints it. */
export function textOf({ path, line, what, why }: Finding): string {
  return `${path}${line === undefined ? '' : `:${line}`} ${what}: ${why}`;
}
