import {
  type BinaryExpression,
  type Node,
  type PrefixUnaryExpression,
  SyntaxKind,
} from 'typescript/unstable/ast';
import {
  isAsExpression,
  isBinaryExpression,
  isCallExpression,
  isElementAccessExpression,
  isExportDeclaration,
  isIdentifier,
  isImportDeclaration,
  isNewExpression,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import { type Checker, TypeFlags } from 'typescript/unstable/sync';

/** Names that lead to floating point, the clock, randomness, I/O or the machine's locale. */
const FORBIDDEN = new Set(
  (
    'Number Math parseFloat parseInt NaN Infinity Date Now random globalThis process performance ' +
    'crypto fetch eval Function require DataView Float16Array Float32Array Float64Array Atomics ' +
    'toFixed toPrecision toExponential toLocaleString toLocaleDateString toLocaleTimeString ' +
    'toLocaleLowerCase toLocaleUpperCase localeCompare total setTimeout setInterval'
  ).split(' '),
);

/** What may be asked of `Number`: nothing that makes one. */
const OF_NUMBER = new Set(['isSafeInteger', 'isInteger', 'MAX_SAFE_INTEGER']);

/** All that may be imported besides own files: pure siblings, the table of currencies, hashing. */
const IMPORTS = /^(?:\.|@tollgate\/(?:money|periods)$|dinero\.js\/currencies$|node:crypto$)/;

/** Operators that leave the whole numbers, or lose some, unless both sides are bigint. */
const BIGINT_ONLY: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.SlashToken,
  SyntaxKind.AsteriskToken,
  SyntaxKind.AsteriskAsteriskToken,
  SyntaxKind.PercentToken,
  SyntaxKind.SlashEqualsToken,
  SyntaxKind.AsteriskEqualsToken,
  SyntaxKind.AsteriskAsteriskEqualsToken,
  SyntaxKind.PercentEqualsToken,
]);

/** Sums and differences of counts stay whole numbers; what they are made of must be known. */
const SUMS: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.PlusToken,
  SyntaxKind.MinusToken,
  SyntaxKind.PlusEqualsToken,
  SyntaxKind.MinusEqualsToken,
]);

/** Why a node is forbidden; undefined for almost all. */
export function forbiddenUse(node: Node, checker: Checker): string | undefined {
  if (isNumericLiteral(node)) return literalProblem(node.getText());
  if (isPrefixUnaryExpression(node)) return unaryProblem(node, checker);
  if (isBinaryExpression(node)) return binaryProblem(node, checker);
  if (node.kind === SyntaxKind.AnyKeyword) return 'any may be a float';
  if (isAsExpression(node) && node.type.kind === SyntaxKind.NumberKeyword)
    return 'asserts a number';
  if (isImportDeclaration(node) || isExportDeclaration(node)) {
    const from = node.moduleSpecifier;
    if (from === undefined || !isStringLiteral(from) || IMPORTS.test(from.text)) return undefined;
    return 'is no import of a pure package';
  }
  if (isElementAccessExpression(node) && isStringLiteral(node.argumentExpression)) {
    return FORBIDDEN.has(node.argumentExpression.text) ? 'is forbidden by name' : undefined;
  }
  return isIdentifier(node) ? nameProblem(node, node.text) : undefined;
}

function literalProblem(text: string): string | undefined {
  return /^(?:[0-9][0-9_]*|0x[0-9a-fA-F]+)$/.test(text) ? undefined : 'is no whole number';
}

function unaryProblem(node: PrefixUnaryExpression, checker: Checker): string | undefined {
  if (node.operator === SyntaxKind.PlusToken) return 'makes a number of anything';
  if (node.operator === SyntaxKind.ExclamationToken) return undefined;
  return hasOnly(node.operand, checker, TypeFlags.BigIntLike | TypeFlags.NumberLike)
    ? undefined
    : 'makes a number of anything';
}

function binaryProblem(node: BinaryExpression, checker: Checker): string | undefined {
  const operator = node.operatorToken.kind;
  const both = (flags: number) =>
    hasOnly(node.left, checker, flags) && hasOnly(node.right, checker, flags);
  if (BIGINT_ONLY.has(operator))
    return both(TypeFlags.BigIntLike) ? undefined : 'is not of bigints';
  if (!SUMS.has(operator)) return undefined;
  const known = TypeFlags.BigIntLike | TypeFlags.NumberLike | TypeFlags.StringLike;
  return both(known) ? undefined : 'is of anything';
}

/** Whether a value is of these primitive types and no other; a union may be of several. */
function hasOnly(node: Node, checker: Checker, flags: number): boolean {
  const type = checker.getTypeAtLocation(node);
  if (type === undefined) return false;
  if (!type.isUnionType()) return (type.flags & flags) !== 0;
  return type.getTypes().every((member) => (member.flags & flags) !== 0);
}

function nameProblem(node: Node, name: string): string | undefined {
  const { parent } = node;
  if (name === 'Intl') return intlProblem(parent);
  if (name === 'parse' && isPropertyAccessExpression(parent)) {
    return parent.expression.getText() === 'JSON' ? 'may give a float' : undefined;
  }
  if (!FORBIDDEN.has(name)) return undefined;
  const isProperty = isPropertyAccessExpression(parent);
  if (name === 'Number' && isProperty && OF_NUMBER.has(parent.name.text)) return undefined;
  // A field of ours may be called `total`; only Temporal's method of that name gives a float.
  if (name === 'total' && !(isProperty && parent.name === node && isCalled(parent)))
    return undefined;
  return 'is forbidden by name';
}

function isCalled(node: Node): boolean {
  return isCallExpression(node.parent) && node.parent.expression === node;
}

/** As a type it is nothing; as a value it must be called at once, with a locale. */
function intlProblem(parent: Node): string | undefined {
  if (parent.kind === SyntaxKind.QualifiedName) return undefined;
  if (!isPropertyAccessExpression(parent)) return 'is not called with a locale';
  let called: Node = parent.parent;
  if (isPropertyAccessExpression(called)) called = called.parent;
  const first =
    isNewExpression(called) || isCallExpression(called) ? called.arguments?.[0] : undefined;
  const isNamed = first !== undefined && first.getText() !== 'undefined';
  return isNamed ? undefined : 'is not called with a locale';
}
