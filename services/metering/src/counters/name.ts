/** A name in Redis, with what its protocol says for it. ASCII. */
export interface Name {
  readonly text: string;
  /** `$<bytes>\r\n<text>\r\n`. */
  readonly bulk: Buffer;
}

/** A name as it stands in a command. */
export function nameOf(text: string): Name {
  return { text, bulk: Buffer.from(`$${text.length}\r\n${text}\r\n`, 'latin1') };
}
