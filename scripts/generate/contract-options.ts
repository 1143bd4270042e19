import {
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescMessage,
  type FileRegistry,
  getOption,
  hasOption,
} from '@bufbuild/protobuf';
import { field as validationRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';

/** What the options of `tollgate/options/v1/options.proto` say of the parts of a contract. */
export interface ContractOptions {
  /** Full name of the enum whose words a field holds; empty: any text. */
  wordOf(field: DescField): string;
  /** The word that a value names in place of its own name; empty: none. */
  wordNamedBy(value: DescEnumValue): string;
  /** The subjects under which a message is announced; empty: it is no event. */
  subjectsOf(message: DescMessage): readonly string[];
  /** Whether a field must not be empty. */
  isRequired(field: DescField): boolean;
}

const optionsPackage = 'tollgate.options.v1';

/**
 * Reads the options from the contract itself, not from generated code, which would be that of the
 * contract before. Options that the contract does not declare are said by none of its parts.
 */
export function contractOptions(contract: FileRegistry): ContractOptions {
  const wordOf = contract.getExtension(`${optionsPackage}.word_of`);
  const word = contract.getExtension(`${optionsPackage}.word`);
  const subjects = contract.getExtension(`${optionsPackage}.event_subjects`);
  return {
    wordOf: (field) => textsOf(field, wordOf)[0] ?? '',
    wordNamedBy: (value) => textsOf(value, word)[0] ?? '',
    subjectsOf: (message) => textsOf(message, subjects),
    isRequired: (field) => getOption(field, validationRules).required,
  };
}

/** The texts that an option has; none when it is unknown or not set. */
function textsOf(
  element: DescField | DescEnumValue | DescMessage,
  option: DescExtension | undefined,
): string[] {
  if (!option || !hasOption(element, option)) return [];
  const value: unknown = getOption(element, option);
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((text) => typeof text === 'string');
}
