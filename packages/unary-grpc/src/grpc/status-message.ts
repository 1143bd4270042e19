/** Longer messages are cut: headers have an end. */
const messageLengthMax = 1_000;

/**
 * A message as the header `grpc-message` carries it: UTF-8, and of that everything that is not
 * printable ASCII percent-encoded, the percent sign too; at most 1,000 characters of it. gRPC over
 * HTTP/2, "Responses".
 */
export function encodeStatusMessage(whole: string): string {
  // Not between the two halves of a character.
  const message = whole.slice(0, messageLengthMax).replace(/[\ud800-\udbff]$/, '');
  if (/^[\x20-\x24\x26-\x7e]*$/.test(message)) return message;
  let encoded = '';
  for (const byte of Buffer.from(message, 'utf8')) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
