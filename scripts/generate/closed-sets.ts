import {
  type DescEnum,
  type DescEnumValue,
  type DescField,
  type DescMessage,
  type FileRegistry,
  ScalarType,
} from '@bufbuild/protobuf';
import { type ContractOptions, contractOptions } from './contract-options.ts';

/** A closed set of words, declared by an enum that no field has as its type. */
export interface ClosedSet {
  readonly enum: DescEnum;
  /** At least one, in the order of the enum. */
  readonly words: readonly Word[];
}

/** A word with the value that declares it. */
interface Word {
  readonly text: string;
  readonly value: DescEnumValue;
}

/** A field that holds words of a set: one, or a list of them. */
export interface WordField {
  readonly field: DescField;
  readonly set: ClosedSet;
  /** Whether the field always has a word; else it may be empty. */
  readonly required: boolean;
}

/** The sets that fields of a contract name, by name, and these fields in the order of the files. */
export interface ClosedSets {
  readonly sets: readonly ClosedSet[];
  readonly fields: readonly WordField[];
}

/**
 * Reads the closed sets of a contract.
 *
 * @throws Error for a field that names no enum or is no text, and for an enum that is not fit to
 *   name words: it must begin with its `_UNSPECIFIED`, have a word, none of them twice, and be no
 *   field's type.
 */
export function readClosedSets(contract: FileRegistry): ClosedSets {
  const options = contractOptions(contract);
  const sets = new Map<string, ClosedSet>();
  const fields = fieldsOf(contract).flatMap((field): WordField[] => {
    const name = options.wordOf(field);
    if (name === '') return [];
    if (!isText(field)) throw new Error(`${field}: word_of is for texts and lists of texts`);
    const declared = contract.getEnum(name);
    if (!declared) throw new Error(`${field}: word_of names ${name}, which is no enum`);
    const set = sets.get(name) ?? closedSet(declared, options);
    sets.set(name, set);
    return [{ field, set, required: options.isRequired(field) }];
  });
  requireWordsOnly(contract, sets);
  return { sets: [...sets.keys()].toSorted().flatMap((name) => sets.get(name) ?? []), fields };
}

function closedSet(declared: DescEnum, options: ContractOptions): ClosedSet {
  const prefix = `${upperSnake(declared.name)}_`;
  const [none, ...values] = declared.values;
  if (none?.name !== `${prefix}UNSPECIFIED` || none.number !== 0) {
    throw new Error(`${declared}: the first value must be ${prefix}UNSPECIFIED = 0`);
  }
  if (values.length === 0) throw new Error(`${declared} declares no word`);
  const words = values.map((value) => {
    if (!value.name.startsWith(prefix)) throw new Error(`${value} must begin with ${prefix}`);
    const text = options.wordNamedBy(value) || value.name.slice(prefix.length).toLowerCase();
    if (!/^[a-z][a-z0-9_.]*$/.test(text)) throw new Error(`${value}: "${text}" is no word`);
    return { text, value };
  });
  const twice = words.find(({ text }, at) => words.slice(0, at).some((word) => word.text === text));
  if (twice) throw new Error(`${twice.value}: the word "${twice.text}" stands twice`);
  return { enum: declared, words };
}

/** A field of the enum's type would print its values' names in JSON, not its words. */
function requireWordsOnly(contract: FileRegistry, sets: ReadonlyMap<string, ClosedSet>): void {
  const typed = fieldsOf(contract).find((field) => sets.has(field.enum?.typeName ?? ''));
  if (typed) throw new Error(`${typed} must be a text that names ${typed.enum} by word_of`);
}

function isText(field: DescField): boolean {
  if (field.oneof || field.fieldKind === 'map') return false;
  return field.scalar === ScalarType.STRING;
}

/** Every field of every message, nested ones too. */
function fieldsOf(contract: FileRegistry): DescField[] {
  return [...contract.files].flatMap(({ messages }) => messages.flatMap(withNested));
}

function withNested(message: DescMessage): DescField[] {
  return [...message.fields, ...message.nestedMessages.flatMap(withNested)];
}

function upperSnake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
}
