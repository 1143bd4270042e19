import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'rolldown/utils';
import { sourceFiles } from '../checks/source-files.ts';
import { isForTests } from '../checks/structure/tree.ts';

/** The payload's message by subject, as `tenant.member.added`. */
export type EventInventory = Readonly<Record<string, string>>;

/**
 * Every event that a service may emit, by what its code says: an object with a `subject` and a
 * `schema`. To be replaced by the contract's own list as soon as subjects are declared there:
 *
 *     Object.fromEntries(events.map(({ subject, schema }) => [subject, schema.typeName]))
 */
export async function eventInventory(root: string): Promise<EventInventory> {
  const paths = sourceFiles(root).filter(
    (path) => path.startsWith('services/') && !isForTests(path),
  );
  const files = await Promise.all(
    paths.map(async (path) => fileOf(path, await readFile(join(root, path), 'utf8'))),
  );
  const constants = new Map(
    files.flatMap(({ service, constants: own }) => {
      return own.map(([name, value]) => [`${service} ${name}`, value] as const);
    }),
  );
  const found = files.flatMap(({ service, emitted, schemas }) =>
    emitted.flatMap(({ subject, schema, choices }) => {
      const constant = (name: string) => constants.get(`${service} ${name}`);
      const type = schemas.get(schema) ?? schema;
      return subjectsOf(subject, choices, constant).map((it) => [it, type] as const);
    }),
  );
  return Object.fromEntries(found.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

interface Emitted {
  readonly subject: ESTree.Expression;
  readonly schema: string;
  /** What a parameter of a function around it may be, by its name, when its type lists it. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
}

interface EventFile {
  readonly service: string;
  readonly emitted: Emitted[];
  /** Names of constants that are texts. */
  readonly constants: (readonly [string, string])[];
  /** Full names of messages by the local name of their schema. */
  readonly schemas: Map<string, string>;
}

function fileOf(path: string, text: string): EventFile {
  const service = path.split('/')[1] ?? '';
  const file: EventFile = {
    service,
    emitted: [],
    constants: [],
    schemas: new Map(),
  };
  // Parameters come before the body that uses them, so that the last one of a name is the one.
  const choices = new Map<string, readonly string[]>();
  new Visitor({
    ImportDeclaration: ({ source, specifiers }) => {
      const proto = /^@tollgate\/api\/(.+)\/[^/]+$/.exec(source.value)?.[1]?.replaceAll('/', '.');
      if (proto === undefined) return;
      for (const { local } of specifiers) {
        file.schemas.set(local.name, `${proto}.${local.name.replace(/Schema$/, '')}`);
      }
    },
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== 'Identifier' || init?.type !== 'Literal') return;
      if (typeof init.value === 'string') file.constants.push([id.name, init.value]);
    },
    Identifier: (node) => {
      const type = 'typeAnnotation' in node ? node.typeAnnotation?.typeAnnotation : undefined;
      if (type?.type === 'TSUnionType') choices.set(node.name, textsOf(type));
    },
    ObjectExpression: ({ properties }) => {
      const value = (name: string) => properties.map((it) => valueOf(it, name)).find(Boolean);
      const [subject, schema] = [value('subject'), value('schema')];
      if (subject && schema?.type === 'Identifier') {
        file.emitted.push({ subject, schema: schema.name, choices: new Map(choices) });
      }
    },
  }).visit(parseSync(path, text).program);
  return file;
}

function valueOf(property: ESTree.ObjectPropertyKind, name: string): ESTree.Expression | undefined {
  if (property.type !== 'Property' || property.key.type !== 'Identifier') return undefined;
  return property.key.name === name ? property.value : undefined;
}

function textsOf({ types }: ESTree.TSUnionType): string[] {
  return types.flatMap((it) => {
    if (it.type !== 'TSLiteralType' || it.literal.type !== 'Literal') return [];
    return typeof it.literal.value === 'string' ? [it.literal.value] : [];
  });
}

/** @throws Error when it cannot be said which subjects these are. */
function subjectsOf(
  subject: ESTree.Expression,
  choices: ReadonlyMap<string, readonly string[]>,
  constant: (name: string) => string | undefined,
): string[] {
  if (subject.type === 'Literal' && typeof subject.value === 'string') return [subject.value];
  if (subject.type === 'Identifier') {
    const value = constant(subject.name);
    if (value !== undefined) return [value];
  }
  if (subject.type === 'TemplateLiteral') {
    const [start, end] = subject.quasis.map(({ value }) => value.cooked ?? '');
    const [part, ...more] = subject.expressions;
    const words = part?.type === 'Identifier' ? choices.get(part.name) : undefined;
    if (words && more.length === 0) return words.map((word) => `${start}${word}${end}`);
  }
  throw new Error(`a subject that nobody can read: ${JSON.stringify(subject)}`);
}
