import { expect, test } from '@jest/globals';
import { requestFields } from '../../test/support/frames.ts';
import { faultOfTrailers, readRequestHead } from './request-head.ts';

type Field = [string, string];
const request = requestFields('/a.B/C') as Field[];
const read = (fields: readonly (readonly [string, string])[], isTooLarge = false) =>
  readRequestHead({ fields: fields.flat(), isTooLarge });

test('a request of gRPC has no fault, and is read', () => {
  const head = read([...request, ['content-length', '12'], ['x', '']]);
  expect(head).toMatchObject({
    method: 'POST',
    path: '/a.B/C',
    contentBytes: 12,
    fault: undefined,
    isTooLarge: false,
  });
  expect(head.fields).toEqual([
    'content-type',
    'application/grpc',
    'te',
    'trailers',
    'content-length',
    '12',
    'x',
    '',
  ]);
});

test('its bytes are counted as the protocol counts them', () => {
  expect(
    read([
      [':path', '/'],
      ['ab', 'cde'],
    ]).bytes,
  ).toBe(5 + 1 + 32 + 2 + 3 + 32);
});

const without = (name: string) => request.filter(([one]) => one !== name);

test.each<[string, readonly (readonly [string, string])[], string]>([
  ['no method', without(':method'), 'no :method'],
  ['no scheme', without(':scheme'), 'no :scheme'],
  ['no path', without(':path'), 'no :path'],
  ['an empty path', [...without(':path').slice(0, 2), [':path', '']], 'no :path'],
  ['a field of an answer', [[':status', '200'], ...request], ':status in a request'],
  ['an unknown field with a colon', [[':x', '1'], ...request], ':x in a request'],
  ['a path twice', [[':path', '/'], ...request], ':path twice'],
  [
    'a late authority',
    [...without(':authority'), [':authority', 'a']],
    ':authority after other fields',
  ],
  ['an upper-case name', [...request, ['X', '1']], 'a name that is none'],
  ['an empty name', [...request, ['', '1']], 'a name that is none'],
  ['a name with a space', [...request, ['a b', '1']], 'a name that is none'],
  ['a name with a colon', [...request, ['a:b', '1']], 'a name that is none'],
  ['a name beyond ASCII', [...request, ['ä', '1']], 'a name that is none'],
  ['a value with a line', [...request, ['x', 'a\nb']], 'a value of x that is none'],
  ['a value with a return', [...request, ['x', 'a\rb']], 'a value of x that is none'],
  ['a value with a zero', [...request, ['x', 'a\0']], 'a value of x that is none'],
  ['a value that begins with a space', [...request, ['x', ' a']], 'a value of x that is none'],
  ['a value that ends with a tab', [...request, ['x', 'a\t']], 'a value of x that is none'],
  ['a connection', [...request, ['connection', 'close']], 'connection in HTTP/2'],
  ['keep-alive', [...request, ['keep-alive', '1']], 'keep-alive in HTTP/2'],
  ['an upgrade', [...request, ['upgrade', 'h2c']], 'upgrade in HTTP/2'],
  [
    'a transfer coding',
    [...request, ['transfer-encoding', 'chunked']],
    'transfer-encoding in HTTP/2',
  ],
  [
    'a connection to a proxy',
    [...request, ['proxy-connection', '1']],
    'proxy-connection in HTTP/2',
  ],
  ['te of gzip', [...request, ['te', 'gzip']], 'te other than trailers'],
  [
    'a length that is none',
    [...request, ['content-length', '-1']],
    'a content-length that is no number',
  ],
  [
    'two lengths',
    [...request, ['content-length', '1'], ['content-length', '2']],
    'two content-lengths',
  ],
])('%s is a fault', (_, fields, fault) => {
  expect(read(fields).fault).toBe(fault);
});

test('the same length twice is one', () => {
  const head = read([...request, ['content-length', '1'], ['content-length', '1']]);
  expect(head).toMatchObject({ contentBytes: 1, fault: undefined });
});

test('of a list that is too large nothing is missed', () => {
  expect(read([['x', 'y']], true)).toMatchObject({ isTooLarge: true, fault: undefined });
});

test.each([
  [['x', '1', 'y', '2'], undefined],
  [[], undefined],
  [[':path', '/'], ':path in trailers'],
  [['connection', 'close'], 'connection in HTTP/2'],
  [['X', '1'], 'a name that is none'],
])('the fault of trailers %j is %s', (fields, fault) => {
  expect(faultOfTrailers(fields)).toBe(fault);
});
