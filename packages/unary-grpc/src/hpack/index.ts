export { CompressionError } from './compression-error.ts';
export type { HeaderList } from './decode-block.ts';
export { encodeLiteral } from './encode-literal.ts';
export {
  createHeaderDecoder,
  type HeaderDecoder,
} from './header-decoder.ts';
export { createHeaderEncoder, type HeaderEncoder, type HeaderFields } from './header-encoder.ts';
