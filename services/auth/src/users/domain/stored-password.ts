/** What Argon2 is asked for: kibibytes of memory, passes over it, lanes. */
export interface Argon2Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** A hashed password as it is stored: Argon2id, version 1.3. */
export interface StoredPassword extends Argon2Cost {
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
}

const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** The PHC text of a hash: `$argon2id$v=19$m=19456,t=2,p=1$<nonce>$<tag>`, base64 without padding. */
export function toStoredText({ memory, passes, parallelism, nonce, tag }: StoredPassword): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(nonce)}$${text(tag)}`;
}

/** What a PHC text says. Throws for any other text: such a row is a fault of ours. */
export function fromStoredText(stored: string): StoredPassword {
  const [, memory, passes, parallelism, nonce, tag] = form.exec(stored) ?? [];
  if (nonce === undefined || tag === undefined) throw new Error('a stored password is no Argon2id');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

/** Whether the first cost is below the second in memory or passes. */
export function isWeaker(made: Argon2Cost, wanted: Argon2Cost): boolean {
  return made.memory < wanted.memory || made.passes < wanted.passes;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
