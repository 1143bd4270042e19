import { type Exception, SOURCES, type Source } from './machine-sources.ts';
import type { Module, Use } from './module.ts';
import type { Finding, Rule } from './rule.ts';
import { isForTests, type Tree } from './tree.ts';

/** What starts, measures or tests: it is the machine's side of things. */
const TOOLS = /^(?:packages\/(?:testkit|servers|system)|scripts|bench|test|examples|deploy)\//;

const DOMAIN = /\/domain\//;

/** A rule for each source: only its home and the listed exceptions take it from the machine. */
export const oneSourceRules: readonly Rule[] = SOURCES.map((source) => ({
  name: source.name,
  find: (tree) => tree.modules.filter(isBound).flatMap((module) => usesOf(source, module)),
}));

/** Exceptions that no file needs any more. */
export function idleExceptions(tree: Tree): Finding[] {
  return SOURCES.flatMap((source) =>
    source.exceptions
      .filter((exception) => !tree.modules.some((module) => needs(module, source, exception)))
      .map(({ below, file }) => {
        const why = 'an exception that nothing needs is taken out of machine-sources.ts';
        return { path: below, what: `has no ${file} that needs ${source.name} lifted`, why };
      }),
  );
}

function isBound({ path }: Module): boolean {
  return !TOOLS.test(path) && !isForTests(path);
}

function usesOf(source: Source, module: Module): Finding[] {
  const { home, why, exceptions } = source;
  const { path } = module;
  const isHome = home.test(path) || exceptions.some((exception) => isOf(exception, path));
  if (isHome && !DOMAIN.test(path)) return [];
  const names = new Map(takenFrom(source, module).map(({ name, line }) => [name, line]));
  return [...names].map(([name, line]) => ({ path, line, what: `uses ${name}`, why }));
}

function takenFrom({ uses }: Source, module: Module): Use[] {
  return module.uses.filter(({ name }) => uses.some((pattern) => pattern.test(name)));
}

function needs(module: Module, source: Source, exception: Exception): boolean {
  return isOf(exception, module.path) && takenFrom(source, module).length > 0;
}

function isOf({ below, file }: Exception, path: string): boolean {
  return path.startsWith(`${below}/`) && path.endsWith(`/${file}`);
}
