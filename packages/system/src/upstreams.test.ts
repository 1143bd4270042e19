import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '@tollgate/servers';
import { readUpstreams } from './upstreams.ts';

function read(content: string) {
  using temporary = temporaryFolder();
  const file = join(temporary.folder, 'upstreams.json');
  writeFileSync(file, content);
  return readUpstreams(file);
}

test('reads name, prefixes and address, a prefix with or without its last slash', () => {
  const entry = { name: 'weather', prefixes: ['/weather/', '/v2/sky'], address: '127.0.0.1:9000' };
  expect(read(JSON.stringify([entry, { ...entry, name: 'six', address: '[::1]:80' }]))).toEqual([
    {
      name: 'weather',
      prefixes: ['/weather', '/v2/sky'],
      addresses: [{ host: '127.0.0.1', port: 9000 }],
    },
    { name: 'six', prefixes: ['/weather', '/v2/sky'], addresses: [{ host: '::1', port: 80 }] },
  ]);
});

test('reads how many questions a call costs', () => {
  const entry = { name: 'weather', prefixes: ['/weather'], address: '127.0.0.1:9000' };
  const lanes = ['one-call', 'two-calls'];
  const found = read(JSON.stringify(lanes.map((lane) => ({ ...entry, lane }))));
  expect(found.map(({ lane }) => lane)).toEqual(lanes);
  expect(() => read(JSON.stringify([{ ...entry, lane: 'fast' }]))).toThrow(
    /entry 1: lane: one-call/,
  );
});

test('names everything that is wrong, with its entry', () => {
  const entries = [
    { name: 1, prefix: '/x' },
    { name: 'a', prefixes: ['/a'], address: 'a:99999' },
  ];
  expect(() => read(JSON.stringify(entries))).toThrow(
    /entry 1: prefix is unknown, name: .*, prefixes: .*, address: .*; entry 2: address: /,
  );
});

test('a file that is no JSON list is refused by its name', () => {
  expect(() => read('{')).toThrow(/upstreams\.json is not JSON/);
  expect(() => read('{}')).toThrow(/upstreams\.json: a list/);
  expect(() => read('[null]')).toThrow(/entry 1: name/);
});

test('no file means no upstreams', () => {
  expect(readUpstreams('/nonexistent/upstreams.json')).toEqual([]);
});
