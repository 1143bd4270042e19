import type { EncodedField } from './naive-encoder.ts';

/** A field put down without Huffman; a literal that enters the table unless said otherwise. */
export function plainField(
  name: string,
  value: string,
  representation: EncodedField['representation'] = 'indexing',
): EncodedField {
  return {
    field: [name, value],
    representation,
    isNameIndexed: true,
    isNameHuffman: false,
    isValueHuffman: false,
  };
}
