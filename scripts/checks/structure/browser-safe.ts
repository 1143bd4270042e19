import { builtinModules } from 'node:module';
import { type Finding, forbiddenImports, type Rule } from './rule.ts';
import { isForTests } from './tree.ts';

/** Packages that run in a browser. */
const IN_BROWSERS = /^packages\/api\//;

/** Node's built-in modules, by their bare names. */
const BUILT_IN = new Set(builtinModules);

/** Globals of Node that browsers lack. */
const NODE_GLOBALS =
  /^(?:process|Buffer|global|require|__dirname|__filename|setImmediate|clearImmediate)(?:\.|$)/;

const WHY = 'the contract runs in browsers, too: nothing of Node';

/** What a browser loads uses nothing that only Node has. */
export const browserSafe: Rule = {
  name: 'browser-safe',
  find: (tree) => {
    const inBrowsers = tree.modules.filter(
      ({ path }) => IN_BROWSERS.test(path) && !isForTests(path),
    );
    return [
      ...forbiddenImports(tree, inBrowsers, ({ specifier }) => {
        return specifier.startsWith('node:') || BUILT_IN.has(specifier) ? WHY : undefined;
      }),
      ...inBrowsers.flatMap(({ path, uses }): Finding[] =>
        uses
          .filter(({ name }) => NODE_GLOBALS.test(name))
          .map(({ name, line }) => ({ path, line, what: `uses ${name}`, why: WHY })),
      ),
    ];
  },
};
