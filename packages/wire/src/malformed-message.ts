/**
 * The bytes are no message of the protocol: cut off, a number that is too long, a tag that cannot
 * be, a text that is no UTF-8. Nothing was read of them that could be used.
 */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** The bytes end in the middle of something. */
export function cutOff(): MalformedMessage {
  return new MalformedMessage('the message is cut off');
}
