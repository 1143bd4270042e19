/** A header in the order of sending. `varies` for values that are different in every request. */
export interface Header {
  readonly name: string;
  readonly value: string;
  readonly varies?: boolean;
}

/** Header blocks of the requests of one connection. */
export interface HeaderBlocks {
  /** Of the first request: puts what stays the same into the connection's table. */
  readonly first: Buffer;
  /** Of every later one: names what is in the table. */
  readonly later: Buffer;
}

/** Entries of HPACK's static table, RFC 7541, appendix A. */
const staticEntries = new Map([
  [':method GET', 2],
  [':method POST', 3],
  [':path /', 4],
  [':scheme http', 6],
]);
const firstDynamicIndex = 62;

/** Encodes headers as a client does that repeats itself: by HPACK's tables, without Huffman. */
export function headerBlocks(headers: readonly Header[]): HeaderBlocks {
  const isStatic = ({ name, value }: Header) => staticEntries.has(`${name} ${value}`);
  const stored = headers.filter((header) => !header.varies && !isStatic(header));
  const encode = (encodeStored: (header: Header) => Buffer) =>
    Buffer.concat(
      headers.map((header) => {
        const entry = staticEntries.get(`${header.name} ${header.value}`);
        if (entry !== undefined) return Buffer.of(0x80 | entry);
        return header.varies ? literal(0x00, header) : encodeStored(header);
      }),
    );
  return {
    first: encode((header) => literal(0x40, header)),
    // The entry that came last has the lowest index.
    later: encode((header) =>
      Buffer.of(0x80 | (firstDynamicIndex + stored.length - 1 - stored.indexOf(header))),
    ),
  };
}

function literal(form: number, { name, value }: Header): Buffer {
  return Buffer.concat([Buffer.of(form), text(name), text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length > 126) throw new Error(`${value} is longer than one byte of length says`);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
