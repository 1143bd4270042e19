import { describe, expect, test } from '@jest/globals';
import { refusalOfAddress, refusalOfUrl } from './target-address.ts';

const strict = { allowPrivateTargets: false };
const development = { allowPrivateTargets: true };

/** Spellings of addresses that must never be called from outside. */
const forbidden = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[fd00::1]/',
  'http://localhost/',
  'http://localhost./',
  'http://x.localhost/',
  'http://printer.local/',
  'http://metadata.google.internal/',
];

/** What no installation calls, not even for development. */
const neverCalled = [
  'http://169.254.169.254/latest/meta-data',
  'http://0.0.0.0/',
  'http://100.64.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[fe80::1]/',
  'http://[ff02::1]/',
  'http://[::]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::1]/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://user:password@example.com/',
  'http://user@example.com/',
  'http://example.com/#part',
  'not an address',
  '',
];

describe('a webhook target', () => {
  test.each([...forbidden, ...neverCalled])('%s is refused', (url) => {
    expect(refusalOfUrl(url, strict)).toEqual(expect.any(String));
  });

  test.each(neverCalled)('%s is refused in development too', (url) => {
    expect(refusalOfUrl(url, development)).toEqual(expect.any(String));
  });

  test.each([
    'https://example.com/hook',
    'http://93.184.216.34:8080/a?b=c',
    'https://[2606:4700::1]/',
  ])('%s may be called', (url) => {
    expect(refusalOfUrl(url, strict)).toBeUndefined();
  });

  test.each(['http://127.0.0.1:9/', 'http://localhost:9/', 'http://[::1]:9/', 'http://10.0.0.1/'])(
    '%s may be called in development',
    (url) => {
      expect(refusalOfUrl(url, development)).toBeUndefined();
    },
  );

  test('a name is judged by every address it resolves to', () => {
    expect(refusalOfAddress('127.0.0.1', strict)).toBeDefined();
    expect(refusalOfAddress('::ffff:10.0.0.1', strict)).toBeDefined();
    expect(refusalOfAddress('nonsense', strict)).toBeDefined();
    expect(refusalOfAddress('93.184.216.34', strict)).toBeUndefined();
  });
});
