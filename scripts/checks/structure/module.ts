import { isBuiltin } from 'node:module';
import { type ESTree, parseSync } from 'rolldown/utils';
import { type Kept, keptBy } from './kept-state.ts';
import { isComputed, isNode, type Visit, WRAPPERS, walk } from './walk.ts';

/** One import or re-export, of values or of types only, static or by a call. */
export interface Import {
  /** As written: `./plan.ts`, `@tollgate/money`, `node:fs`. */
  readonly specifier: string;
  readonly line: number;
  /** What is imported by name; `*` is everything, and a side effect imports nothing. */
  readonly names: readonly string[];
  /** `import()` and `require()`: the file may do without it until it asks. */
  readonly isDynamic: boolean;
}

/**
 * A value that a file takes from the machine or from a library: a global (`Temporal.Now.instant`),
 * a member of a built-in module (`crypto.randomBytes`, however it was imported) or of a package
 * (`typeid-js.typeid`). `new Date()` and `Date()` are those calls without arguments.
 */
export interface Use {
  readonly name: string;
  readonly line: number;
}

/** What one source file imports, uses and keeps. Types use nothing, but they import. */
export interface Module {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly uses: readonly Use[];
  readonly kept: readonly Kept[];
}

/** Built-in modules that are there as globals, too: one name for both. */
const SAME_AS_GLOBAL: Readonly<Record<string, string>> = {
  'node:process': 'process',
  'node:console': 'console',
  'node:crypto': 'crypto',
  'node:perf_hooks.performance': 'performance',
  'node:crypto.webcrypto': 'crypto',
};

/** Other names of the object that holds the globals. */
const HOLDERS = /^(?:globalThis|global|window|self)\./;

/**
 * Reads one file by the syntax tree, so that comments, strings and line breaks mislead nobody.
 *
 * It knows no scopes: a local variable that is called like a global counts as the global.
 *
 * @throws Error when the text is no TypeScript or JavaScript.
 */
export function parseModule(path: string, text: string): Module {
  const { program, errors } = parseSync(path, text);
  const problem = errors.find(({ severity }) => severity === 'Error');
  if (problem) throw new Error(`${path} cannot be parsed: ${problem.message}`);
  const lineOf = lineCounter(text);
  const imports: Import[] = [];
  const bound = new Map<string, string>();
  const uses = new Map<string, Use>();
  const use = (name: string, at: number) => {
    const line = lineOf(at);
    uses.set(`${name}:${line}`, { name, line });
  };
  walk(program, ({ node }) => {
    const found = importIn(node);
    if (!found) return;
    imports.push({ ...found, line: lineOf(node.start) });
    for (const { name, local } of boundNames(node, found.specifier)) {
      if (local) bound.set(local, name);
      use(name, node.start);
    }
  });
  walk(program, (visit) => {
    for (const name of usedNames(visit, bound)) use(name, visit.node.start);
  });
  const kept = keptBy(program).map(({ at, ...it }) => ({ ...it, line: lineOf(at) }));
  return { path, imports, uses: [...uses.values()], kept };
}

function importIn(node: ESTree.Node): Omit<Import, 'line'> | undefined {
  if (node.type === 'ImportDeclaration') {
    return statically(node.source, node.specifiers.map(importedName));
  }
  if (node.type === 'ExportNamedDeclaration') {
    const names = node.specifiers.map(({ local }) => nameOf(local));
    return node.source ? statically(node.source, names) : undefined;
  }
  if (node.type === 'ExportAllDeclaration' || node.type === 'TSImportType') {
    return statically(node.source, ['*']);
  }
  if (node.type === 'TSExternalModuleReference') return statically(node.expression, ['*']);
  if (node.type === 'ImportExpression') return dynamically(node.source);
  if (node.type !== 'CallExpression') return undefined;
  const { callee, arguments: given } = node;
  const isRequire = callee.type === 'Identifier' && callee.name === 'require';
  return isRequire && given[0] ? dynamically(given[0]) : undefined;
}

function statically(source: ESTree.StringLiteral, names: string[]): Omit<Import, 'line'> {
  return { specifier: source.value, names, isDynamic: false };
}

function dynamically(source: ESTree.Node): Omit<Import, 'line'> {
  return { specifier: textOf(source), names: ['*'], isDynamic: true };
}

/** Of a literal; what is computed cannot be known. */
function textOf(node: ESTree.Node): string {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? '';
  }
  return '(computed)';
}

function importedName(specifier: ESTree.ImportDeclarationSpecifier): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  return specifier.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier.imported);
}

function nameOf(name: ESTree.ModuleExportName): string {
  return name.type === 'Literal' ? name.value : name.name;
}

/** Values that a declaration brings, with their local names. */
function boundNames(node: ESTree.Node, specifier: string): { name: string; local?: string }[] {
  if (node.type === 'ImportDeclaration' && node.importKind !== 'type') {
    return node.specifiers
      .filter((it) => it.type !== 'ImportSpecifier' || it.importKind !== 'type')
      .map((it) => ({ name: libraryName(specifier, importedName(it)), local: it.local.name }));
  }
  if (node.type === 'ExportNamedDeclaration' && node.exportKind !== 'type') {
    return node.specifiers
      .filter((it) => it.exportKind !== 'type')
      .map(({ local }) => ({ name: libraryName(specifier, nameOf(local)) }));
  }
  if (node.type === 'ExportAllDeclaration' && node.exportKind !== 'type') {
    return [{ name: libraryName(specifier, '*') }];
  }
  return [];
}

/** The default export of a built-in module is the module. */
function libraryName(specifier: string, name: string): string {
  const isOwn = isBuiltin(specifier);
  const library = isOwn ? `node:${specifier.replace(/^node:/, '')}` : specifier;
  const isWhole = name === '*' || (isOwn && name === 'default');
  const full = isWhole ? library : `${library}.${name}`;
  const [module = ''] = full.split('.');
  return (
    SAME_AS_GLOBAL[full] ?? (isOwn ? full.replace(module, SAME_AS_GLOBAL[module] ?? module) : full)
  );
}

/** Names that a node uses; the inner parts of `a.b.c` are not asked for again. */
function usedNames({ node, ...place }: Visit, bound: ReadonlyMap<string, string>): string[] {
  const { parent, key } = place;
  if (place.isType || (parent?.type === 'MemberExpression' && key === 'object')) return [];
  if (takesApart(node)) {
    const whole = node.init ? chainOf(node.init, bound) : undefined;
    return whole === undefined ? [] : partsOf(whole, node.id).map(plain);
  }
  if (takesApart(parent) && key === 'init') return [];
  if (node.type !== 'Identifier' && node.type !== 'MemberExpression') return [];
  if (node.type === 'Identifier' && (place.isPattern || !parent || isName(parent, key))) return [];
  const chain = chainOf(node, bound);
  if (chain === undefined) return [];
  const name = plain(chain);
  if (name !== 'Date' || key !== 'callee') return [name];
  if (parent?.type !== 'NewExpression') return ['Date()'];
  return parent.arguments.length === 0 ? ['new Date()'] : [];
}

function plain(name: string): string {
  const stripped = name.replace(HOLDERS, '');
  return SAME_AS_GLOBAL[stripped] ?? stripped;
}

/** `process.env.PATH` of a chain of members that begins with a name; else undefined. */
function chainOf(node: ESTree.Node, bound: ReadonlyMap<string, string>): string | undefined {
  if (node.type === 'Identifier') return bound.get(node.name) ?? node.name;
  if (WRAPPERS.has(node.type) && 'expression' in node && isNode(node.expression)) {
    return chainOf(node.expression, bound);
  }
  if (node.type !== 'MemberExpression') return undefined;
  const object = chainOf(node.object, bound);
  if (object === undefined) return undefined;
  const { property, computed } = node;
  return `${object}.${!computed && 'name' in property ? property.name : textOf(property)}`;
}

type TakingApart = ESTree.VariableDeclarator & { readonly id: ESTree.ObjectPattern };

function takesApart(node: ESTree.Node | undefined): node is TakingApart {
  return node?.type === 'VariableDeclarator' && node.id.type === 'ObjectPattern';
}

/** `process.env` for `{ env } = process`; the rest of a thing may be all of it. */
function partsOf(whole: string, pattern: ESTree.ObjectPattern): string[] {
  return pattern.properties.map((it) => {
    if (it.type === 'RestElement') return whole;
    return `${whole}.${it.key.type === 'Identifier' ? it.key.name : textOf(it.key)}`;
  });
}

/** Whether an identifier in this place only names something: a key, a declaration, a label. */
function isName(parent: ESTree.Node, key: string): boolean {
  if (/^(?:id|params|param|label|local|imported|exported|meta)$/.test(key)) return true;
  if (key === 'key') return !isComputed(parent);
  if (parent.type === 'MemberExpression') return key === 'property' && !parent.computed;
  if (parent.type === 'MetaProperty' || parent.type === 'UnaryExpression') return true;
  if (parent.type === 'AssignmentPattern') return key === 'left';
  return parent.type === 'BinaryExpression' && parent.operator === 'instanceof';
}

/** The line, from 1, of a place in the text. */
function lineCounter(text: string): (at: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (at) => starts.findLastIndex((start) => start <= at) + 1;
}
