import type { DescMessage, FileRegistry } from '@bufbuild/protobuf';
import type { ClosedSets, WordField } from '../generate/closed-sets.ts';

/**
 * What changed in closed sets so that a client notices, one line each: a field lost a word, a set
 * that a request must keep is new or needs a word now, or a field's words are open again. buf sees
 * none of it: to it the fields are texts.
 */
export function wordBreaks(
  setsBefore: ClosedSets,
  setsAfter: ClosedSets,
  { before, after }: { readonly before: FileRegistry; readonly after: FileRegistry },
): string[] {
  const old = byField(setsBefore);
  const now = byField(setsAfter);
  if (old.size === 0 && now.size > 0) throw new Error('it names none');
  const asked = requestMessages(after);
  const lost = [...old].flatMap(([name, field]) => {
    const still = now.get(name);
    if (still) return fieldBreaks(name, { field, still, asked: asked.has(parentOf(still)) });
    if (!hasField(after, field)) return []; // that it is gone, buf says
    return [`${name} held words of ${field.set.enum.typeName} and may be any text now.`];
  });
  const closed = [...now].flatMap(([name, field]) => {
    if (old.has(name) || !hasField(before, field) || !asked.has(parentOf(field))) return [];
    return [`${name} could be any text and must be a word of ${field.set.enum.typeName} now.`];
  });
  return [...lost, ...closed];
}

function fieldBreaks(
  name: string,
  { field, still, asked }: { field: WordField; still: WordField; asked: boolean },
): string[] {
  const words = new Set(still.set.words.map(({ text }) => text));
  const lost = field.set.words.filter(({ text }) => !words.has(text));
  return [
    ...lost.map(({ text }) => `${name} lost the word "${text}".`),
    ...(asked && still.required && !field.required ? [`${name} must hold a word now.`] : []),
  ];
}

function byField({ fields }: ClosedSets): ReadonlyMap<string, WordField> {
  return new Map(
    fields.map((field) => [`${field.field.parent.typeName}.${field.field.name}`, field]),
  );
}

function parentOf({ field }: WordField): string {
  return field.parent.typeName;
}

function hasField(contract: FileRegistry, { field }: WordField): boolean {
  const message = contract.getMessage(field.parent.typeName);
  return message?.fields.some(({ name }) => name === field.name) ?? false;
}

/** The names of all messages that a caller sends, alone or within another. */
function requestMessages(contract: FileRegistry): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (message: DescMessage): void => {
    if (found.has(message.typeName)) return;
    found.add(message.typeName);
    for (const field of message.fields) if (field.message) add(field.message);
  };
  for (const type of contract) {
    if (type.kind === 'service') type.methods.forEach(({ input }) => add(input));
  }
  return found;
}
