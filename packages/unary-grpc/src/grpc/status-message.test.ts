import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { encodeStatusMessage } from './status-message.ts';

test.each([
  ['', ''],
  ['plain ~ text!', 'plain ~ text!'],
  ['100 %', '100 %25'],
  ['a\nb\u007f', 'a%0Ab%7F'],
  ['zwölf €', 'zw%C3%B6lf %E2%82%AC'],
])('%j is sent as %s', (message, encoded) => {
  expect(encodeStatusMessage(message)).toBe(encoded);
});

test('every message is printable ASCII, and reads as what it was', () => {
  const property = fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (message) => {
    const encoded = encodeStatusMessage(message);
    expect(encoded).toMatch(/^[\x20-\x7e]*$/);
    expect(decodeURIComponent(encoded)).toBe(message);
  });
  checkProperty(property);
});

test('a message without end is cut, and not within a character', () => {
  expect(encodeStatusMessage('x'.repeat(5_000))).toBe('x'.repeat(1_000));
  const smileys = decodeURIComponent(encodeStatusMessage(`x${'😀'.repeat(1_000)}`));
  expect(smileys).toMatch(/^x(?:😀)+$/u);
  // 9 characters each.
  expect(encodeStatusMessage('€'.repeat(1_000))).toBe('%E2%82%AC'.repeat(111));
});
