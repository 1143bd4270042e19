import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  type FileRegistry,
  fromBinary,
  getOption,
  ScalarType,
} from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { accessOf } from '@tollgate/api';
import { http } from '@tollgate/api/google/api/annotations';
import type { HttpRule } from '@tollgate/api/google/api/http';

/** What an RPC takes and answers, who may call it, and its ways in by HTTP. */
interface RpcRecord {
  readonly input: string;
  readonly output: string;
  /** `public`, or the permission. */
  readonly access: string;
  /** Sorted, as `POST /v1/tenants body=*`. */
  readonly http: readonly string[];
}

/** Everything that the contract declares, by full names. */
export interface ContractInventory {
  readonly rpcs: Readonly<Record<string, RpcRecord>>;
  /** Fields by name, as `3 repeated string`. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Numbers by value. */
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Reads the committed descriptors of Tollgate's own packages. */
export async function contractInventory(root: string): Promise<ContractInventory> {
  const set = await readFile(join(root, 'packages/api/src/gen/tollgate.binpb'));
  return inventoryOf(createFileRegistry(fromBinary(FileDescriptorSetSchema, set)));
}

/** What descriptors declare in packages of Tollgate. */
export function inventoryOf(registry: FileRegistry): ContractInventory {
  const types = [...registry]
    .filter(({ typeName }) => typeName.startsWith('tollgate.'))
    .toSorted((one, other) => (one.typeName < other.typeName ? -1 : 1));
  const methods = types.flatMap((type) => (type.kind === 'service' ? type.methods : []));
  const messages = types.filter((type) => type.kind === 'message');
  const enums = types.filter((type) => type.kind === 'enum');
  return {
    rpcs: Object.fromEntries(methods.map((method) => [nameOf(method), rpcRecord(method)])),
    messages: Object.fromEntries(messages.map((it) => [it.typeName, fieldsOf(it)])),
    enums: Object.fromEntries(enums.map((it) => [it.typeName, valuesOf(it)])),
  };
}

function nameOf({ parent, name }: DescMethod): string {
  return `${parent.typeName}.${name}`;
}

function rpcRecord(method: DescMethod): RpcRecord {
  const access = accessOf(method);
  const rule = getOption(method, http);
  return {
    input: method.input.typeName,
    output: method.output.typeName,
    access: access.kind === 'public' ? 'public' : access.permission,
    http: [rule, ...rule.additionalBindings].flatMap(bindingText).toSorted(),
  };
}

function bindingText({ pattern, body, responseBody }: HttpRule): string[] {
  if (pattern.case === undefined) return [];
  const [verb, path] =
    pattern.case === 'custom'
      ? [pattern.value.kind, pattern.value.path]
      : [pattern.case.toUpperCase(), pattern.value];
  const taken = body === '' ? '' : ` body=${body}`;
  const given = responseBody === '' ? '' : ` response_body=${responseBody}`;
  return [`${verb} ${path}${taken}${given}`];
}

function fieldsOf({ fields }: DescMessage): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field.name, fieldText(field)]));
}

/** `3 repeated string`, `4 map<string, tollgate.x.v1.Y>`, `5 optional int64`, `6 string in either`. */
function fieldText(field: DescField): string {
  const oneof = field.oneof === undefined ? '' : ` in ${field.oneof.name}`;
  const { EXPLICIT } = FeatureSet_FieldPresence;
  const isOptional = field.fieldKind !== 'message' && field.presence === EXPLICIT && !field.oneof;
  const { fieldKind } = field;
  if (fieldKind === 'list') return `${field.number} repeated ${typeText(field)}`;
  if (fieldKind === 'map') {
    return `${field.number} map<${ScalarType[field.mapKey].toLowerCase()}, ${typeText(field)}>`;
  }
  return `${field.number} ${isOptional ? 'optional ' : ''}${typeText(field)}${oneof}`;
}

function typeText({ message, enum: values, scalar }: DescField): string {
  if (message) return message.typeName;
  if (values) return values.typeName;
  return scalar === undefined ? 'unknown' : ScalarType[scalar].toLowerCase();
}

function valuesOf({ values }: DescEnum): Record<string, number> {
  return Object.fromEntries(values.map(({ name, number }) => [name, number]));
}
