import type { DescMessage, Message } from '@bufbuild/protobuf';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import { internalFailure, invalidInput } from '../errors/shared-failures.ts';

const validator = createValidator();

/**
 * Checks a message against the rules of its proto. Throws INVALID_INPUT with every violation at
 * once, fields named as in the proto.
 */
export function validateInput(schema: DescMessage, message: Message): void {
  const result = validator.validate(schema, message);
  if (result.kind === 'valid') return;
  // A rule that cannot be evaluated is a fault of the proto, not of the caller.
  if (result.kind === 'error') throw internalFailure(result.error);
  throw invalidInput(
    result.violations.map((violation) => ({
      field: pathToString(violation.field),
      description: violation.message || `must keep the rule ${violation.ruleId}`,
    })),
  );
}
