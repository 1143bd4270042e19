import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { secret } from '@tollgate/runtime/config';
import { secretBox } from './secret-box.ts';

const key = () => secret(randomBytes(32).toString('base64'));

test('a sealed secret opens for its endpoint alone, and only whole', () => {
  const box = secretBox(key());
  const sealed = box.seal('whsec_sample', 'whe_a');

  expect(box.open(sealed, 'whe_a')).toBe('whsec_sample');
  expect(Buffer.from(sealed).includes('whsec_sample')).toBe(false);
  expect(() => box.open(sealed, 'whe_b')).toThrow();
  expect(() => secretBox(key()).open(sealed, 'whe_a')).toThrow();
  const changed = Uint8Array.from(sealed);
  changed[changed.length - 1]! ^= 1;
  expect(() => box.open(changed, 'whe_a')).toThrow();
});
