import { describe, expect, test } from '@jest/globals';
import { readCredential } from './credential.ts';

const key = `tg_live_${'a'.repeat(36)}`;
const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
const apiKey = (value: string) => ({ name: 'x-api-key', value });
const authorization = (value: string) => ({ name: 'authorization', value });

describe('readCredential', () => {
  test('finds a key in either header and a token in its own', () => {
    expect(readCredential([apiKey(key)])).toEqual({
      kind: 'api_key',
      text: key,
      carriers: ['x-api-key'],
    });
    expect(readCredential([authorization(`Bearer ${key}`)])).toMatchObject({ kind: 'api_key' });
    expect(readCredential([authorization(`bearer ${token}`)])).toMatchObject({
      kind: 'access_token',
      text: token,
    });
  });

  test('takes the same key twice as one, carried by both headers', () => {
    expect(readCredential([apiKey(key), authorization(`Bearer ${key}`)])).toMatchObject({
      kind: 'api_key',
      carriers: ['x-api-key', 'authorization'],
    });
  });

  test('sees no credential where neither header is', () => {
    expect(readCredential([{ name: 'cookie', value: key }])).toEqual({ kind: 'none' });
  });

  test.each([
    ['two that differ', [apiKey(key), authorization(`Bearer ${token}`)]],
    ['one header twice with different values', [apiKey(key), apiKey(`${key.slice(0, -1)}b`)]],
    ['another scheme', [authorization('Basic dXNlcjpwYXNz')]],
    ['an empty bearer', [authorization('Bearer ')]],
    ['an empty key', [apiKey('')]],
    ['a token as key', [apiKey(token)]],
    ['a token without signature', [authorization('Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.')]],
    ['a huge one', [apiKey(`tg_live_${'a'.repeat(5_000)}`)]],
  ])('cannot use %s', (_, headers) => {
    expect(readCredential(headers)).toEqual({ kind: 'unusable' });
  });
});
