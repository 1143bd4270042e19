import { createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { temporaryFolder } from '@tollgate/servers';
import { createSecrets, keyPepperOf, openSecrets, publicKeysOf } from './secrets.ts';

test('secrets are made once, for our eyes only', () => {
  using temporary = temporaryFolder();
  const file = join(temporary.folder, 'secrets.json');
  const secrets = openSecrets(file);
  expect(openSecrets(file)).toEqual(secrets);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the pepper for gates is the one that Auth derives, and not the encryption key', () => {
  const { encryptionKey } = createSecrets();
  const key = Buffer.from(encryptionKey, 'base64');
  const derived = hkdfSync('sha256', key, '', 'tollgate auth pepper of API keys', 32);
  expect(keyPepperOf({ encryptionKey })).toBe(Buffer.from(derived).toString('base64'));
});

test('the public keys verify what the private ones sign, and hold nothing private', () => {
  const secrets = createSecrets();
  const { keys } = publicKeysOf(secrets);
  expect(keys.map(({ kid }) => kid)).toEqual(serviceNames);
  for (const key of keys) {
    expect(key).not.toHaveProperty('d');
    const own = Object.values(secrets.serviceKeys).find(({ kid }) => kid === key.kid);
    if (!own) throw new Error('no private half');
    const data = Buffer.from('text');
    const signed = sign(null, data, createPrivateKey({ key: own, format: 'jwk' }));
    expect(verify(null, data, createPublicKey({ key, format: 'jwk' }), signed)).toBe(true);
  }
});
