import { type DescField, type DescFile, getOption, hasOption } from '@bufbuild/protobuf';
import { type GenExtension } from '@bufbuild/protobuf/codegenv2';
import { toText } from '@bufbuild/protobuf/txtpb';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FieldOptions,
} from '@bufbuild/protobuf/wkt';

/** A field option that is printed with the field; its value is a message. */
export type PrintedFieldOption = GenExtension<FieldOptions, never> | GenExtension<FieldOptions>;

/**
 * Writes a proto2 file as proto source from its descriptor: messages, enums, oneofs, extension
 * ranges, extensions and the given message-typed field options. Comments are not part of a
 * descriptor that a package carries, and language options (`java_package`) are of no use here.
 *
 * @throws Error for what it does not know (groups, services, editions), so that nothing is lost
 *   silently.
 */
export function printProto(file: DescFile, fieldOptions: readonly PrintedFieldOption[]): string {
  const { proto } = file;
  if (proto.syntax !== '' && proto.syntax !== 'proto2') {
    throw new Error(`${proto.name}: only proto2 can be printed, not ${proto.syntax}`);
  }
  if (proto.service.length > 0) throw new Error(`${proto.name}: services cannot be printed`);
  const options = optionsByField(file, fieldOptions);
  const printer: Printer = { options };
  return [
    'syntax = "proto2";',
    `package ${proto.package};`,
    ...proto.dependency.map((path) => `import "${path}";`),
    ...proto.enumType.flatMap((type) => enumLines(type)),
    ...proto.messageType.flatMap((type) => messageLines(type, printer)),
    ...proto.extension.flatMap((field) => [
      `extend ${field.extendee} {`,
      `  ${fieldLine(field, printer)}`,
      '}',
    ]),
    '',
  ].join('\n');
}

interface Printer {
  readonly options: ReadonlyMap<FieldDescriptorProto, string>;
}

function messageLines(type: DescriptorProto, printer: Printer): string[] {
  if (type.options?.mapEntry) throw new Error(`${type.name}: maps cannot be printed`);
  const free = type.field.filter((field) => !inOneof(field));
  return [
    `message ${type.name} {`,
    ...indent([
      ...type.enumType.flatMap((nested) => enumLines(nested)),
      ...type.nestedType.flatMap((nested) => messageLines(nested, printer)),
      ...free.map((field) => fieldLine(field, printer)),
      ...type.oneofDecl.flatMap((oneof, index) => {
        const fields = type.field.filter((field) => inOneof(field) && field.oneofIndex === index);
        return [
          `oneof ${oneof.name} {`,
          ...indent(fields.map((field) => fieldLine(field, printer))),
          '}',
        ];
      }),
      ...type.reservedName.map((name) => `reserved "${name}";`),
      ...type.reservedRange.map(({ start, end }) => `reserved ${start} to ${end - 1};`),
      // 536870911 is the highest field number; a range is half-open in the descriptor.
      ...type.extensionRange.map(({ start, end }) =>
        end > 536_870_911 ? `extensions ${start} to max;` : `extensions ${start} to ${end - 1};`,
      ),
    ]),
    '}',
  ];
}

function enumLines(type: EnumDescriptorProto): string[] {
  const alias = type.options?.allowAlias ? ['option allow_alias = true;'] : [];
  const values = type.value.map((value) => `${value.name} = ${value.number};`);
  return [`enum ${type.name} {`, ...indent([...alias, ...values]), '}'];
}

function fieldLine(field: FieldDescriptorProto, { options }: Printer): string {
  const label = inOneof(field) ? '' : `${labelNames[field.label]} `;
  const attributes = [
    ...(isSet(field, 'defaultValue') ? [`default = ${field.defaultValue}`] : []),
    ...(field.options?.deprecated ? ['deprecated = true'] : []),
    ...(options.has(field) ? [options.get(field)] : []),
  ];
  const list = attributes.length > 0 ? ` [${attributes.join(', ')}]` : '';
  return `${label}${typeName(field)} ${field.name} = ${field.number}${list};`;
}

function inOneof(field: FieldDescriptorProto): boolean {
  return isSet(field, 'oneofIndex');
}

/** Unset proto2 fields read as their default (0 for `oneof_index`): presence decides. */
function isSet(field: FieldDescriptorProto, name: keyof FieldDescriptorProto): boolean {
  return Object.hasOwn(field, name);
}

function typeName(field: FieldDescriptorProto): string {
  const { MESSAGE, ENUM, GROUP } = FieldDescriptorProto_Type;
  if (field.type === GROUP) throw new Error(`${field.name}: groups cannot be printed`);
  if (field.type === MESSAGE || field.type === ENUM) return field.typeName;
  const name = Object.entries(FieldDescriptorProto_Type).find(([, type]) => type === field.type);
  if (!name) throw new Error(`${field.name}: unknown type ${field.type}`);
  return name[0].toLowerCase();
}

const labelNames: Record<number, string> = {
  [FieldDescriptorProto_Label.OPTIONAL]: 'optional',
  [FieldDescriptorProto_Label.REQUIRED]: 'required',
  [FieldDescriptorProto_Label.REPEATED]: 'repeated',
};

/** The text of the printed options, found by the field's descriptor. */
function optionsByField(
  file: DescFile,
  extensions: readonly PrintedFieldOption[],
): ReadonlyMap<FieldDescriptorProto, string> {
  const fields = file.messages.flatMap((message) => message.fields);
  const printed = fields.flatMap((field): [FieldDescriptorProto, string][] => {
    const texts = extensions.flatMap((extension) => optionText(field, extension));
    return texts.length > 0 ? [[field.proto, texts.join(', ')]] : [];
  });
  return new Map(printed);
}

function optionText(field: DescField, extension: PrintedFieldOption): string[] {
  if (!hasOption(field, extension)) return [];
  if (extension.fieldKind !== 'message') {
    throw new Error(`${extension.typeName}: only message options can be printed`);
  }
  const value = toText(extension.message, getOption(field, extension) as never);
  return [`(${extension.typeName}) = {${value.trim().replaceAll('\n', ' ')}}`];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
