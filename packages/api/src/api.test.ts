import { readFile } from 'node:fs/promises';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { file_buf_validate_validate as original } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { describe, expect, test } from '@jest/globals';
import { accessOf } from './access.ts';
import { services } from './services.ts';

const descriptors = await readFile(new URL('./gen/tollgate.binpb', import.meta.url));
const set = fromBinary(FileDescriptorSetSchema, descriptors);
const contract = createFileRegistry(set);

describe('the contract', () => {
  test('has a permission or is declared public in every RPC', () => {
    for (const service of services) service.methods.forEach((method) => void accessOf(method));
    expect(services.flatMap(({ methods }) => methods).length).toBeGreaterThan(0);
  });

  test('lists every service', () => {
    const declared = [...contract].filter((type) => type.kind === 'service');
    const names = declared.map(({ typeName }) => typeName);
    expect(names.toSorted()).toEqual(services.map(({ typeName }) => typeName).toSorted());
  });

  test('keeps what only services may call in services that the gateway does not know', () => {
    for (const method of services.flatMap(({ methods }) => methods)) {
      const access = accessOf(method);
      const internal = access.kind === 'permission' && access.permission.endsWith('.internal');
      expect([method.name, method.parent.name.endsWith('InternalService')]).toEqual([
        method.name,
        internal,
      ]);
    }
  });
});

test('the printed validation rules are those of the validation library', () => {
  const printed = contract.getFile('buf/validate/validate.proto');
  const shape = (file: typeof original) =>
    file.messages.map(({ typeName, fields, oneofs }) => ({
      typeName,
      oneofs: oneofs.map(({ name }) => name),
      fields: fields
        .map(({ name, number, proto }) => ({
          name,
          number,
          type: proto.type,
          label: proto.label,
          typeName: proto.typeName,
          defaultValue: proto.defaultValue,
          oneof: Object.hasOwn(proto, 'oneofIndex') ? proto.oneofIndex : undefined,
          options: proto.options?.$unknown?.map(({ no, data }) => [no, data]),
        }))
        .toSorted((one, other) => one.number - other.number),
    }));
  expect(printed).toBeDefined();
  if (printed) expect(shape(printed)).toEqual(shape(original));
});
