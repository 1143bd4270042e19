import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { secret } from './secret.ts';
import {
  describeSettings,
  type EnvironmentVariables,
  readSettings,
  type Settings,
  SettingsError,
} from './settings.ts';

const description = 'For the test.';

function problemsOf(environment: EnvironmentVariables, read: (settings: Settings) => unknown) {
  try {
    readSettings(environment, read);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

const readAddress = (settings: Settings) => settings.address('A', { description });
const readDurations = (settings: Settings) => settings.durations('D', { description });
const readChoice = (settings: Settings) => settings.choice('C', ['a', 'b'], { description });

function keysOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw new Error('it must be a list');
  return value.map(String);
}

test('all problems come out at once, each with the name of its setting', () => {
  const problems = problemsOf({ PORT: 'x', FLAG: 'yes' }, (settings) => [
    settings.text('NAME', { description }),
    settings.integer('PORT', { description, min: 1, max: 9 }),
    settings.boolean('FLAG', { description }),
    settings.json('KEYS', keysOf, { description })[0]?.length,
  ]);
  expect(problems).toEqual([
    'NAME is missing: For the test.',
    'PORT must be a whole number from 1 to 9.',
    'FLAG must be true or false.',
    'KEYS is missing: For the test.',
  ]);
});

test('a value may come from the file that NAME_FILE names, and not from both', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  try {
    const path = join(folder, 'secret');
    writeFileSync(path, 'from the file\n');
    const read = (settings: Settings) => settings.text('NAME', { description, secret: true });
    expect(readSettings({ NAME_FILE: path }, read)).toBe('from the file');
    expect(problemsOf({ NAME_FILE: path, NAME: 'x' }, read)).toEqual([
      'NAME and NAME_FILE must not both be set.',
    ]);
    expect(problemsOf({ NAME_FILE: join(folder, 'none') }, read)).toEqual([
      'NAME_FILE names a file that cannot be read (ENOENT).',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('defaults are read like values, so that a wrong default is found', () => {
  const local = { description, default: '127.0.0.1:0' };
  const read = (settings: Settings) => settings.address('ADDRESS', local);
  expect(readSettings({}, read)).toEqual({ host: '127.0.0.1', port: 0 });
  const wrong = { description, default: 'nowhere' };
  expect(problemsOf({}, (settings) => settings.address('ADDRESS', wrong))).toHaveLength(1);
});

test.each(['127.0.0.1:65535', '[::1]:80', 'host.example:1'])('%s is an address', (text) => {
  expect(problemsOf({ A: text }, readAddress)).toEqual([]);
});

test.each(['127.0.0.1', ':80', 'a:65536', 'a:-1', 'a b:1', '::1:80', 'http://a:80'])(
  '%s is no address',
  (text) => {
    expect(problemsOf({ A: text }, readAddress)).toHaveLength(1);
  },
);

test.each(['1e3', '1.0', ' 1', '0x1', '', '99999999999999999999'])('%s is no integer', (text) => {
  const options = { description, min: 0, max: Number.MAX_SAFE_INTEGER };
  expect(problemsOf({ N: text }, (settings) => settings.integer('N', options))).toHaveLength(1);
});

test('durations are milliseconds, and a malformed one is refused', () => {
  expect(readSettings({ D: '0s, 5s,5m,2h,1d,250ms' }, readDurations)).toEqual([
    0, 5_000, 300_000, 7_200_000, 86_400_000, 250,
  ]);
  for (const text of ['5', '5s,', '-5s', '31d', '1.5s']) {
    expect(problemsOf({ D: text }, readDurations)).toHaveLength(1);
  }
});

test('a URL needs one of the protocols, a choice one of the values', () => {
  const protocols = ['http:', 'https:'];
  const url = (settings: Settings) => settings.url('U', { description, protocols });
  expect(readSettings({ U: 'https://a.example' }, url)).toBe('https://a.example');
  expect(problemsOf({ U: 'ftp://a.example' }, url)).toHaveLength(1);
  expect(readSettings({ C: 'b' }, readChoice)).toBe('b');
  expect(problemsOf({ C: 'c' }, readChoice)).toEqual(['C must be one of a, b.']);
});

test('a problem never quotes the value, which may be a secret', () => {
  const problems = problemsOf({ KEY: '{"d":"hush' }, (settings) =>
    settings.json('KEY', (value) => value, { description }),
  );
  expect(problems).toEqual(['KEY must be valid JSON.']);
});

test('a key of another length is a problem, which does not quote it', () => {
  const options = { description, keyBytes: 32 };
  const read = (settings: Settings) => settings.secret('KEY', options);
  const good = Buffer.alloc(32, 7).toString('base64');
  expect(readSettings({ KEY: good }, read).reveal()).toBe(good);
  expect(problemsOf({ KEY: 'c2hvcnQ=' }, read)).toEqual(['KEY must be 32 bytes in base64.']);
  const orNone = (settings: Settings) => settings.secret('KEY', { ...options, default: '' });
  expect(readSettings({}, orNone).reveal()).toBe('');
  expect(problemsOf({ KEY: 'c2hvcnQ=' }, orNone)).toEqual(['KEY must be 32 bytes in base64.']);
});

test('settings describe themselves without an environment', () => {
  const described = describeSettings((settings) => {
    settings.secret('TOKEN', { description });
    settings.integer('PORT', { description, default: 1, min: 0, max: 9 });
  });
  expect(described).toEqual([
    { name: 'TOKEN', kind: 'text', default: undefined, description, secret: true },
    { name: 'PORT', kind: 'integer', default: '1', description, secret: false },
  ]);
});

describe('a secret', () => {
  test('is never printed, however it is printed', () => {
    const hidden = secret('hush');
    const prints = [hidden.toString(), JSON.stringify({ hidden }), inspect({ hidden })];
    for (const print of prints) expect(print).not.toContain('hush');
    expect(hidden.reveal()).toBe('hush');
  });
});
