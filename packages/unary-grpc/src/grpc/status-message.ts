/** Longer messages are cut: headers have an end, and an answer that waits is held in memory. */
const encodedLengthMax = 1_000;

/**
 * A message as the header `grpc-message` carries it: UTF-8, and of that everything that is not
 * printable ASCII percent-encoded, the percent sign too; at most 1,000 characters then, and no part
 * of a character. gRPC over HTTP/2, "Responses".
 */
export function encodeStatusMessage(whole: string): string {
  const message = whole.slice(0, encodedLengthMax);
  if (/^[\x20-\x24\x26-\x7e]*$/.test(message)) return message;
  const parts: string[] = [];
  let length = 0;
  for (const character of message) {
    const next = encodeCharacter(character);
    length += next.length;
    if (length > encodedLengthMax) break;
    parts.push(next);
  }
  // One string: a chain of additions would keep every link.
  return parts.join('');
}

function encodeCharacter(character: string): string {
  if (/^[\x20-\x24\x26-\x7e]$/.test(character)) return character;
  let encoded = '';
  for (const byte of Buffer.from(character, 'utf8')) {
    encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
