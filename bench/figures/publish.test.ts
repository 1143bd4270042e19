import { expect, test } from '@jest/globals';
import { withSection } from './publish.ts';

test('a first section stands at the end', () => {
  const text = withSection('# Title\n\nText.\n', 'peers', ['| a |']);
  expect(text).toMatch(
    /^# Title\n\nText\.\n\n<!-- peers: .*-->\n\n\| a \|\n\n<!-- end of peers -->\n$/,
  );
});

test('a later section takes the place of the one before, and nothing else moves', () => {
  const first = `${withSection('# Title\n', 'peers', ['old'])}\nAfter.\n`;
  const second = withSection(first, 'peers', ['new']);
  expect(second).toBe(first.replace('old', 'new'));
  expect(withSection(second, 'peers', ['new'])).toBe(second);
});

test('each bench has a section of its own', () => {
  const both = withSection(withSection('# Title\n', 'peers', ['one']), 'gate', ['two']);
  expect(withSection(both, 'peers', ['three'])).toBe(both.replace('one', 'three'));
  expect(withSection(both, 'gate', ['four'])).toBe(both.replace('two', 'four'));
});

test('prose is wrapped at 100 columns, tables are not', () => {
  const words = 'word '.repeat(30).trim();
  const text = withSection('# Title\n', 'peers', [words, `| ${words} |`]);
  expect(text.replaceAll('\n', ' ')).toContain(`${words} | ${words} |`);
  const wide = text.split('\n').filter((line) => line.length > 100);
  expect(wide).toEqual([`| ${words} |`]);
});

test('a section that has lost a mark is not guessed', () => {
  expect(() => withSection('# Title\n<!-- end of peers -->\n', 'peers', ['x'])).toThrow('marks');
});
