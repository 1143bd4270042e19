import { expect, test } from '@jest/globals';
import { createHeaderDecoder, createHeaderEncoder, type HeaderFields } from './index.ts';

const headers: HeaderFields = {
  fields: [
    [':status', '200'],
    ['content-type', 'application/grpc'],
  ],
  isRepeated: true,
};
const trailers: HeaderFields = { fields: [['grpc-status', '0']], isRepeated: true };
const failure: HeaderFields = {
  fields: [...headers.fields, ['grpc-status', '5'], ['grpc-message', 'none of that name']],
  isRepeated: false,
};
const answers = [headers, trailers, failure, headers, trailers, failure, headers, trailers];

/** Encodes one answer after the other, and expects a peer to read what was meant. */
function expectReadable(
  encoder: ReturnType<typeof createHeaderEncoder>,
  decoder = createHeaderDecoder({ tableBytesMax: 4_096, listBytesMax: 16_384, fieldsMax: 128 }),
) {
  const blocks = answers.map((answer) => {
    const block = encoder.encode(answer);
    expect(decoder.decode(Buffer.from(block)).fields).toEqual(answer.fields.flat());
    return block;
  });
  return { blocks, decoder };
}

test('repeated fields are numbers after the first answer, and read as what they are', () => {
  const { blocks } = expectReadable(createHeaderEncoder());
  expect(blocks.slice(6).map((block) => block.length)).toEqual([2, 1]);
  expect(blocks[6]).toBe(blocks[3]);
});

test('a peer without a table is told, and gets plain fields', () => {
  const encoder = createHeaderEncoder();
  encoder.limitTable(0);
  const { blocks } = expectReadable(encoder);
  expect(blocks[0]?.[0]).toBe(0x20);
  expect(blocks[3]?.[0]).not.toBe(0x20);
  const plain = createHeaderDecoder({ tableBytesMax: 0, listBytesMax: 16_384, fieldsMax: 128 });
  const again = createHeaderEncoder();
  again.limitTable(0);
  expectReadable(again, plain);
});

test('a peer that gives its table up later is told before the next answer, once', () => {
  const encoder = createHeaderEncoder();
  const { decoder } = expectReadable(encoder);
  encoder.limitTable(100);
  encoder.limitTable(0);
  encoder.limitTable(4_096);
  const { blocks } = expectReadable(encoder, decoder);
  expect(blocks.map((block) => block[0] === 0x20)).toEqual([true, ...Array(7).fill(false)]);
});

test('a peer with a larger table changes nothing', () => {
  const encoder = createHeaderEncoder();
  encoder.limitTable(65_536);
  const { blocks } = expectReadable(encoder);
  expect(blocks[6]).toHaveLength(2);
});

test('a block in parts reads as one, whether its parts are repeated or not', () => {
  const encoder = createHeaderEncoder();
  const decoder = createHeaderDecoder({
    tableBytesMax: 4_096,
    listBytesMax: 16_384,
    fieldsMax: 128,
  });
  for (const value of ['one', 'two', 'three']) {
    const varying: HeaderFields = { fields: [['x-key', value]], isRepeated: false };
    const block = Buffer.concat([encoder.encode(headers), encoder.encode(varying)]);
    expect(decoder.decode(block).fields).toEqual([...headers.fields, ...varying.fields].flat());
  }
});

test('a field that has no room beside what is in the table pushes nothing out', () => {
  const encoder = createHeaderEncoder();
  const large: HeaderFields = {
    fields: [
      ['x-first', 'a'.repeat(2_000)],
      ['x-second', 'b'.repeat(2_000)],
      ['x-third', 'c'.repeat(2_000)],
    ],
    isRepeated: true,
  };
  const decoder = createHeaderDecoder({
    tableBytesMax: 4_096,
    listBytesMax: 16_384,
    fieldsMax: 128,
  });
  const [, second] = [large, large].map((one) => {
    const block = encoder.encode(one);
    expect(decoder.decode(Buffer.from(block)).fields).toEqual(one.fields.flat());
    return block;
  });
  expect(second?.length).toBe(2 + 1 + 1 + 'x-third'.length + 3 + 2_000);
});

test('so many different fields as a table never has are still read', () => {
  const encoder = createHeaderEncoder();
  const decoder = createHeaderDecoder({
    tableBytesMax: 4_096,
    listBytesMax: 16_384,
    fieldsMax: 128,
  });
  for (let round = 0; round < 3; round += 1) {
    for (let index = 0; index < 40; index += 1) {
      const one = { fields: [[`x-${index}`, 'y'.repeat(200)]] as const, isRepeated: true };
      const { fields } = decoder.decode(Buffer.from(encoder.encode(one)));
      expect(fields).toEqual(one.fields.flat());
    }
    expectReadable(encoder, decoder);
  }
});
