/**
 * Writes one command of Redis' protocol into a buffer of its own, which grows to the largest and is
 * kept: nothing is allocated for a command, nor looked at twice.
 */
export class CommandWriter {
  private buffer = Buffer.allocUnsafeSlow(65_536);
  private at = 0;

  /** Begins a command of `parts` parts, itself among them. */
  begin(parts: number): void {
    this.at = 0;
    this.latin1(`*${parts}\r\n`);
  }

  /** Adds parts that stand ready, as bulk strings. */
  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Adds a text of ASCII characters as a part. */
  text(text: string): void {
    this.latin1(`$${text.length}\r\n${text}\r\n`);
  }

  /** Adds the first `length` bytes as a part. */
  part(bytes: Uint8Array, length: number): void {
    this.latin1(`$${length}\r\n`);
    this.reserve(length + 2);
    this.buffer.set(length === bytes.length ? bytes : bytes.subarray(0, length), this.at);
    this.at += length;
    this.buffer[this.at++] = 0x0d;
    this.buffer[this.at++] = 0x0a;
  }

  /** The command, valid until the next one begins. */
  end(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  private latin1(text: string): void {
    this.reserve(text.length);
    this.at += this.buffer.write(text, this.at, 'latin1');
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}
