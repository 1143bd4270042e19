import { expect, test } from '@jest/globals';
import { withSection } from './publish.ts';

test('a first section stands at the end', () => {
  const text = withSection('# Title\n\nText.\n', ['| a |']);
  expect(text).toMatch(
    /^# Title\n\nText\.\n\n<!-- peers: .*-->\n\n\| a \|\n\n<!-- end of peers -->\n$/,
  );
});

test('a later section takes the place of the one before, and nothing else moves', () => {
  const first = `${withSection('# Title\n', ['old'])}\nAfter.\n`;
  const second = withSection(first, ['new']);
  expect(second).toBe(first.replace('old', 'new'));
  expect(withSection(second, ['new'])).toBe(second);
});

test('prose is wrapped at 100 columns, tables are not', () => {
  const words = 'word '.repeat(30).trim();
  const text = withSection('# Title\n', [words, `| ${words} |`]);
  expect(text.replaceAll('\n', ' ')).toContain(`${words} | ${words} |`);
  const wide = text.split('\n').filter((line) => line.length > 100);
  expect(wide).toEqual([`| ${words} |`]);
});

test('a section that has lost a mark is not guessed', () => {
  expect(() => withSection('# Title\n<!-- end of peers -->\n', ['x'])).toThrow('marks');
});
