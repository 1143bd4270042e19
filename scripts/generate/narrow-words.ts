import type { WordField } from './closed-sets.ts';

/** A TypeScript file of protoc-gen-es. */
export interface GeneratedFile {
  readonly name: string;
  readonly content: string;
}

/**
 * Narrows the types of message fields from `string` to the union of the words they hold. A field
 * that need not have a word may be empty, too.
 *
 * @throws Error when a field does not stand in the files exactly once: then protoc-gen-es writes
 *   another form than the one known here.
 */
export function narrowWords(
  files: readonly GeneratedFile[],
  fields: readonly WordField[],
): GeneratedFile[] {
  const byFile = Map.groupBy(fields, ({ field }) => `${field.parent.file.name}_pb.ts`);
  for (const name of byFile.keys()) {
    if (!files.some((file) => file.name === name)) throw new Error(`${name} was not generated`);
  }
  return files.map(({ name, content }) => {
    const own = byFile.get(name) ?? [];
    return { name, content: own.length === 0 ? content : narrowFile(name, content, own) };
  });
}

function narrowFile(name: string, content: string, fields: readonly WordField[]): string {
  const toRoot = '../'.repeat(name.split('/').length - 1);
  const narrowed = fields.reduce(narrowField, content);
  const imported = `import type * as words from "${toRoot}words.ts";`;
  return replaceOnce(narrowed, '/* eslint-disable */\n', {
    by: `/* eslint-disable */\n\n${imported}`,
    place: name,
  });
}

function narrowField(content: string, { field, set, required }: WordField): string {
  const place = `${field}`;
  const [before, after] = splitOnce(content, `Message<"${field.parent.typeName}"> & {\n`, place);
  const end = after.indexOf('\n};\n');
  const body = after.slice(0, end);
  const word = `words.${set.enum.name}`;
  const list = field.fieldKind === 'list';
  const [from, to] = list
    ? ['string[]', `${word}[]`]
    : ['string', required ? word : `${word} | ''`];
  // The line of the proto names the field; what follows the comment is its type.
  const tag = `string ${field.name} = ${field.number};\n   */\n  ${field.localName}`;
  const narrowed = replaceOnce(body, `${tag}: ${from};`, { by: `${tag}: ${to};`, place });
  return `${before}Message<"${field.parent.typeName}"> & {\n${narrowed}${after.slice(end)}`;
}

function replaceOnce(text: string, what: string, { by, place }: { by: string; place: string }) {
  return splitOnce(text, what, place).join(by);
}

function splitOnce(text: string, at: string, place: string): [string, string] {
  const [before, after, ...more] = text.split(at);
  if (before === undefined || after === undefined || more.length > 0) {
    const times = text.split(at).length - 1;
    throw new Error(`${place}: ${JSON.stringify(at)} stands ${times} times, not once`);
  }
  return [before, after];
}
