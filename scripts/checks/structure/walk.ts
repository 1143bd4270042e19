import type { ESTree } from 'rolldown/utils';

/** Expressions that are what is inside of them. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  'ChainExpression',
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSExportAssignment',
]);

/** A node of a syntax tree, and where it stands. */
export interface Visit {
  readonly node: ESTree.Node;
  readonly parent: ESTree.Node | undefined;
  /** The parent's field that holds the node. */
  readonly key: string;
  readonly isType: boolean;
  /** In `{ a, b: c }` that takes values apart: the names are new ones. */
  readonly isPattern: boolean;
}

/** Calls `see` for every node, parents first. */
export function walk(root: ESTree.Node, see: (visit: Visit) => void): void {
  const enter = (visit: Visit): void => {
    see(visit);
    const { node } = visit;
    const isType = visit.isType || (node.type.startsWith('TS') && !WRAPPERS.has(node.type));
    const isPattern = /^(?:Object|Array)Pattern$|^RestElement$/.test(node.type) || visit.isPattern;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'parent') continue;
      const isNew = isPattern && !(key === 'right' || (key === 'key' && isComputed(node)));
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) enter({ node: child, parent: node, key, isType, isPattern: isNew });
      }
    }
  };
  enter({ node: root, parent: undefined, key: '', isType: false, isPattern: false });
}

/** Whether a name stands in brackets. */
export function isComputed(node: ESTree.Node): boolean {
  return 'computed' in node && node.computed;
}

/** Whether a value is a node of the tree. */
export function isNode(value: unknown): value is ESTree.Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
