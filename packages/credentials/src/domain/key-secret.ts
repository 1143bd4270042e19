import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Environment, isEnvironment } from '@tollgate/api/words';
import { randomBase62, toBase62 } from './base62.ts';

/** Characters of randomness: 30 of base 62 are 178 bits. */
const randomLength = 30;
/** Characters of the checksum: 32 bits in base 62. */
const checksumLength = 6;
/** Characters of a secret that are kept and shown, so that people can tell their keys apart. */
const shownLength = 4;

const pattern = /^tg_(?<environment>live|test)_[0-9A-Za-z]{36}$/;

/**
 * A new secret: `tg_live_` or `tg_test_`, 30 random characters, and 6 of CRC-32 over all before, in
 * base 62. So a typing error, or a scanner's false hit, is known without asking anybody.
 */
export function makeKeySecret(
  environment: Environment,
  randomBytes: (length: number) => Uint8Array,
): string {
  const body = `tg_${environment}_${randomBase62(randomLength, randomBytes)}`;
  return body + checksum(body);
}

/** The environment a secret says it is of; undefined when it is malformed or mistyped. */
export function environmentOfSecret(secret: string): Environment | undefined {
  const environment = pattern.exec(secret)?.groups?.environment;
  const body = secret.slice(0, -checksumLength);
  const isGood = isEnvironment(environment) && checksum(body) === secret.slice(-checksumLength);
  return isGood ? environment : undefined;
}

/** What may be shown of a secret: its last four characters. */
export function last4Of(secret: string): string {
  return secret.slice(-shownLength);
}

/** What is stored of a secret: HMAC-SHA-256, hex. Useless without the pepper. */
export function createSecretHash(pepper: Uint8Array): (secret: string) => string {
  return (secret) => createHmac('sha256', pepper).update(secret).digest('hex');
}

function checksum(body: string): string {
  return toBase62(crc32(body), checksumLength);
}
