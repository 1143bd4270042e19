import { type DescField, getOption } from '@bufbuild/protobuf';
import { isReflectMessage, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import { field as validationRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { word_of } from '@tollgate/api/tollgate/options/v1/options';
import { wordsOf } from '@tollgate/api/words';
import type { FieldViolation } from '../errors/failure.ts';

/** The words that a field may hold, and whether it must hold one. */
interface WordRule {
  readonly words: readonly string[];
  readonly required: boolean;
}

const rules = new WeakMap<DescField, WordRule | 'none'>();

/**
 * Fields of an input that hold another text than a word of their closed set, and fields that need a
 * word and have none; in lists and in messages within the message, too. All are found at once.
 *
 * @throws Error when a field names a set that there is not: a fault of the proto.
 */
export function unknownWords(message: ReflectMessage): FieldViolation[] {
  return violationsIn(message, '');
}

function violationsIn(message: ReflectMessage, path: string): FieldViolation[] {
  const prefix = path === '' ? '' : `${path}.`;
  return message.fields.flatMap((field) => {
    const rule = ruleOf(field);
    const items = itemsOf(message, field, `${prefix}${field.name}`);
    if (rule === 'none') {
      return items.flatMap(({ value, place }) =>
        isReflectMessage(value) ? violationsIn(value, place) : [],
      );
    }
    return items
      .filter(({ value }) => !mayHold(rule, value, field))
      .map(({ place }) => ({ field: place, description: descriptionOf(rule) }));
  });
}

/** What a field holds: itself, or each item of a list or map; of messages only those that are set. */
function itemsOf(
  message: ReflectMessage,
  field: DescField,
  place: string,
): { readonly value: unknown; readonly place: string }[] {
  if (field.fieldKind === 'list') {
    return [...message.get(field)].map((value, at) => ({ value, place: `${place}[${at}]` }));
  }
  if (field.fieldKind === 'map') {
    return [...message.get(field)].map(([key, value]) => {
      return { value, place: `${place}[${JSON.stringify(key)}]` };
    });
  }
  if (field.fieldKind === 'message' && !message.isSet(field)) return [];
  return [{ value: message.get(field), place }];
}

function mayHold(rule: WordRule, value: unknown, field: DescField): boolean {
  // An empty text is an absent one; in a list it is an item, and no word.
  if (value === '' && field.fieldKind !== 'list') return !rule.required;
  return typeof value === 'string' && rule.words.includes(value);
}

function ruleOf(field: DescField): WordRule | 'none' {
  const known = rules.get(field) ?? readRule(field);
  rules.set(field, known);
  return known;
}

function readRule(field: DescField): WordRule | 'none' {
  const name = getOption(field, word_of);
  if (name === '') return 'none';
  const words = wordsOf[name];
  if (!words) throw new Error(`${field} names ${name}, which is no closed set`);
  return { words, required: getOption(field, validationRules).required };
}

function descriptionOf({ words }: WordRule): string {
  return words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}`;
}
