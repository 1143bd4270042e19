import type { ESTree } from 'rolldown/utils';
import { isNode, WRAPPERS, walk } from './walk.ts';

/** Something at the top of a file that is not the same at every call. */
export interface Kept {
  readonly name: string;
  readonly line: number;
  /** How it changes, or can. */
  readonly how: 'let' | 'written' | 'begins empty' | 'can be written by importers';
}

/** Containers whose type says that nobody writes to them. */
const READONLY_TYPE = /^Readonly(?:Map|Set|Array)?$/;

const COLLECTIONS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet']);

/** Methods of containers that change them. */
const CHANGES = new Set(
  'set add delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' '),
);

interface Declared {
  readonly name: string;
  readonly at: number;
  readonly init: ESTree.Node | undefined;
  readonly isLet: boolean;
  readonly isReadonly: boolean;
  readonly isExported: boolean;
}

/**
 * What a file keeps from one call to the next: `let` at its top, and maps, sets, arrays and objects
 * there that are written later, begin empty, or are maps and sets that other files may write to.
 *
 * It knows no scopes: a write to a local variable of the same name counts, too.
 */
export function keptBy(program: ESTree.Program): (Omit<Kept, 'line'> & { readonly at: number })[] {
  const written = writtenNames(program);
  return program.body.flatMap(declaredBy).flatMap((declared) => {
    const how = howKept(declared, written);
    return how === undefined ? [] : [{ name: declared.name, how, at: declared.at }];
  });
}

function howKept(declared: Declared, written: ReadonlySet<string>): Kept['how'] | undefined {
  if (declared.isLet) return 'let';
  const init = declared.init && unwrapped(declared.init);
  if (!init || !isContainer(init)) return undefined;
  if (written.has(declared.name)) return 'written';
  if (declared.isReadonly) return undefined;
  if (isEmpty(init)) return 'begins empty';
  const isOpen = declared.isExported && init.type === 'NewExpression';
  return isOpen ? 'can be written by importers' : undefined;
}

function declaredBy(statement: ESTree.Node): Declared[] {
  const isExported = statement.type === 'ExportNamedDeclaration';
  const declaration = isExported ? statement.declaration : statement;
  if (declaration?.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id, init, start }) => {
    const isLet = declaration.kind === 'let' || declaration.kind === 'var';
    if (id.type !== 'Identifier') {
      // Taken apart: what is inside came from elsewhere.
      return isLet ? [{ ...TAKEN_APART, at: start, isExported }] : [];
    }
    const isReadonly = isReadonlyType(id.typeAnnotation?.typeAnnotation) || isConst(init);
    return [{ name: id.name, at: start, init: init ?? undefined, isLet, isReadonly, isExported }];
  });
}

const TAKEN_APART = { name: '{ … }', init: undefined, isLet: true, isReadonly: false } as const;

function isReadonlyType(type: ESTree.Node | undefined): boolean {
  if (type?.type === 'TSTypeOperator') return type.operator === 'readonly';
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return false;
  return READONLY_TYPE.test(type.typeName.name);
}

/** `as const`, with `satisfies` around it or not. */
function isConst(init: ESTree.Node | null): boolean {
  if (init?.type === 'TSSatisfiesExpression') return isConst(init.expression);
  if (init?.type !== 'TSAsExpression') return false;
  const { typeAnnotation: type } = init;
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return false;
  return type.typeName.name === 'const' || isReadonlyType(type);
}

function isContainer(node: ESTree.Node): boolean {
  if (node.type === 'ArrayExpression' || node.type === 'ObjectExpression') return true;
  if (node.type !== 'NewExpression' || node.callee.type !== 'Identifier') return false;
  return COLLECTIONS.has(node.callee.name);
}

function isEmpty(node: ESTree.Node): boolean {
  if (node.type === 'ArrayExpression') return node.elements.length === 0;
  if (node.type === 'ObjectExpression') return node.properties.length === 0;
  return node.type === 'NewExpression' && node.arguments.length === 0;
}

/** Names whose members are assigned, deleted or changed by a method, anywhere in the file. */
function writtenNames(program: ESTree.Program): ReadonlySet<string> {
  const names = new Set<string>();
  walk(program, ({ node }) => {
    const name = memberOwner(changedBy(node));
    if (name !== undefined) names.add(name);
  });
  return names;
}

function changedBy(node: ESTree.Node): ESTree.Node | undefined {
  if (node.type === 'AssignmentExpression') return node.left;
  if (node.type === 'UpdateExpression') return node.argument;
  if (node.type === 'UnaryExpression')
    return node.operator === 'delete' ? node.argument : undefined;
  if (node.type !== 'CallExpression') return undefined;
  const callee = unwrapped(node.callee);
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined;
  return CHANGES.has(callee.property.name) ? callee : undefined;
}

/** `a` of `a.b[c].d`; undefined for what is no member of a name. */
function memberOwner(node: ESTree.Node | undefined): string | undefined {
  const member = node && unwrapped(node);
  if (member?.type !== 'MemberExpression') return undefined;
  const object = unwrapped(member.object);
  return object.type === 'Identifier' ? object.name : memberOwner(object);
}

function unwrapped(node: ESTree.Node): ESTree.Node {
  if (!WRAPPERS.has(node.type) || !('expression' in node)) return node;
  return isNode(node.expression) ? unwrapped(node.expression) : node;
}
