/**
 * A block of headers that RFC 7541 does not allow, or that is cut off. What the peer believes to be
 * in the table is unknown from then on, so the connection ends (COMPRESSION_ERROR).
 */
export class CompressionError extends Error {
  override readonly name = 'CompressionError';
}
