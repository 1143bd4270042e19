import type { Module } from './module.ts';
import { type Arrow, type Finding, forbiddenImports, type Rule } from './rule.ts';
import { isForTests, serviceOf, type Tree, workspaceOf } from './tree.ts';

/** Packages that decide and compute, without anything of the machine. */
const PURE_PACKAGES = new Set(['packages/money', 'packages/periods', 'packages/rating']);

/** What of libraries and Node gives the same answer for the same question; `*` is all of it. */
const PURE_NAMES: Readonly<Record<string, readonly string[]>> = {
  'ipaddr.js': ['*'],
  'node:zlib': ['crc32'],
  'node:crypto': ['createHash', 'createHmac', 'hash', 'timingSafeEqual'],
};

/** Globals that reach out of the process, wait, or look at the machine. */
const IMPURE_GLOBALS =
  /^(?:fetch|WebSocket|EventSource|XMLHttpRequest|process|console|set(?:Timeout|Interval|Immediate)|queueMicrotask|navigator|localStorage)(?:\.|$)|^new (?:WebSocket|EventSource)/;

/** Domain code decides: what it needs it is given, and it answers. */
export const pureDomain: Rule = {
  name: 'pure-domain',
  find: (tree) => {
    const inDomain = tree.modules.filter(({ path }) => domainOf(path) && !isForTests(path));
    return [
      ...forbiddenImports(tree, inDomain, whyNot),
      ...inDomain.flatMap(reachingOut),
      ...inDomain.flatMap(remembering),
      ...errorsImports(tree),
    ];
  },
};

/** The innermost `domain` folder that a file is in. */
function domainOf(path: string): string | undefined {
  return /^(?:packages|services)\/[^/]+\/src\/(?:.*\/)?domain\//.exec(path)?.[0];
}

function whyNot({ from, to, specifier, names, isDynamic }: Arrow): string | undefined {
  if (isDynamic) return 'domain is pure: it loads nothing when it runs';
  if (to === undefined) return whyNotLibrary(specifier, names);
  const workspace = workspaceOf(to) ?? '';
  if (PURE_PACKAGES.has(workspace) || workspace === 'packages/api') return undefined;
  if (workspace !== workspaceOf(from)) {
    // A package's own domain is held to these rules, too.
    if (workspace.startsWith('packages/') && domainOf(to) !== undefined) return undefined;
    return 'domain is pure: of ours it imports only money, periods, rating, api, and domain';
  }
  if (domainOf(to) !== undefined || to === errorsOf(from)) return undefined;
  return "domain is pure: no handler, store, rows or events, only domain and the service's errors";
}

function whyNotLibrary(specifier: string, names: readonly string[]): string | undefined {
  const pure = PURE_NAMES[specifier];
  if (pure?.includes('*')) return undefined;
  if (pure && names.length > 0 && names.every((name) => pure.includes(name))) return undefined;
  return 'domain is pure: no I/O, no clock, no chance, no library but the listed ones';
}

function errorsOf(path: string): string | undefined {
  const service = serviceOf(path);
  return service && `services/${service}/src/errors.ts`;
}

function reachingOut({ path, uses }: Module): Finding[] {
  return uses
    .filter(({ name }) => IMPURE_GLOBALS.test(name))
    .map(({ name, line }) => {
      return {
        path,
        line,
        what: `uses ${name}`,
        why: 'domain is pure: it reaches nothing outside',
      };
    });
}

/** Domain code answers the same each time: what remembers stands outside and asks it. */
function remembering({ path, kept }: Module): Finding[] {
  return kept.map(({ name, line, how }) => {
    const what = `keeps ${name} (${how})`;
    const why = 'domain is pure: no let at the top of a file, no container that can be written';
    return { path, line, what, why };
  });
}

/** Domain code throws a service's errors, so that these must be as light as it is. */
function errorsImports(tree: Tree): Finding[] {
  const errors = tree.modules.filter(({ path }) => /^services\/[^/]+\/src\/errors\.ts$/.test(path));
  return forbiddenImports(tree, errors, ({ to, specifier, names }) => {
    if (specifier === '@tollgate/runtime/errors') return undefined;
    if (to !== undefined && workspaceOf(to) === 'packages/api') return undefined;
    if (specifier === '@connectrpc/connect' && names.every((name) => name === 'Code')) {
      return undefined;
    }
    return 'domain throws these errors: they import api, failure from runtime/errors, and Code';
  });
}
