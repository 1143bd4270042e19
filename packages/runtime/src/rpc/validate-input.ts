import type { DescMessage, Message } from '@bufbuild/protobuf';
import { pathToString, reflect } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import { internalFailure, invalidInput } from '../errors/shared-failures.ts';
import { unknownWords } from './unknown-words.ts';
import { unstorableFields } from './unstorable-fields.ts';

const validator = createValidator();

/**
 * Checks a message against the rules of its proto, its closed sets among them, and that it can be
 * stored. Throws INVALID_INPUT with every violation at once, fields named as in the proto.
 */
export function validateInput(schema: DescMessage, message: Message): void {
  const reflected = reflect(schema, message);
  const unstorable = unstorableFields(reflected);
  const words = unknownWords(reflected);
  const result = validator.validate(schema, message);
  // A rule that cannot be evaluated is a fault of the proto, unless the value was none.
  if (result.kind === 'error' && unstorable.length === 0) throw internalFailure(result.error);
  const broken = result.kind === 'invalid' ? result.violations : [];
  const violations = broken
    .map((violation) => ({
      field: pathToString(violation.field),
      description: violation.message || `must keep the rule ${violation.ruleId}`,
    }))
    // That a word is required says less than which words there are.
    .filter(({ field }) => !words.some((word) => word.field === field));
  const all = [...unstorable, ...words, ...violations];
  if (all.length > 0) throw invalidInput(all);
}
