import { create, createFileRegistry } from '@bufbuild/protobuf';
import {
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { expect, test } from '@jest/globals';
import { inventoryOf } from './contract.ts';

const set = create(FileDescriptorSetSchema, {
  file: [
    {
      name: 'tollgate/a/v1/a.proto',
      package: 'tollgate.a.v1',
      syntax: 'proto3',
      enumType: [
        {
          name: 'Kind',
          value: [
            { name: 'KIND_UNSPECIFIED', number: 0 },
            { name: 'KIND_ONE', number: 1 },
          ],
        },
      ],
      messageType: [
        {
          name: 'A',
          oneofDecl: [{ name: 'either' }, { name: '_maybe' }],
          field: [
            { name: 'id', number: 1, type: Type.STRING, label: Label.OPTIONAL },
            { name: 'names', number: 2, type: Type.STRING, label: Label.REPEATED },
            {
              name: 'kinds',
              number: 3,
              type: Type.ENUM,
              typeName: '.tollgate.a.v1.Kind',
              label: Label.REPEATED,
            },
            {
              name: 'own',
              number: 4,
              type: Type.MESSAGE,
              typeName: '.tollgate.a.v1.A',
              label: Label.OPTIONAL,
            },
            {
              name: 'number',
              number: 5,
              type: Type.INT64,
              label: Label.OPTIONAL,
              oneofIndex: 0,
            },
            {
              name: 'maybe',
              number: 6,
              type: Type.BOOL,
              label: Label.OPTIONAL,
              oneofIndex: 1,
              proto3Optional: true,
            },
          ],
        },
      ],
    },
    { name: 'other.proto', package: 'other', messageType: [{ name: 'NotOurs' }] },
  ],
});

test('fields are told by number, label, type and what they exclude', () => {
  expect(inventoryOf(createFileRegistry(set))).toEqual({
    rpcs: {},
    messages: {
      'tollgate.a.v1.A': {
        id: '1 string',
        names: '2 repeated string',
        kinds: '3 repeated tollgate.a.v1.Kind',
        own: '4 tollgate.a.v1.A',
        number: '5 int64 in either',
        maybe: '6 optional bool',
      },
    },
    enums: { 'tollgate.a.v1.Kind': { KIND_UNSPECIFIED: 0, KIND_ONE: 1 } },
  });
});
