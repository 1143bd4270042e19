import { expect, test } from '@jest/globals';
import { longMarkdownLines } from './markdown-lines.ts';

const long = 'word '.repeat(21).trim();
const found = (text: string) =>
  longMarkdownLines('docs/sample.md', text).map((line) => line.split(' ')[0]);

test('a line of prose has at most 100 columns, in lists and quotes too', () => {
  expect(found(`short\n${long}\n- ${long}\n  ${long}\n> ${long}`)).toEqual([
    'docs/sample.md:2',
    'docs/sample.md:3',
    'docs/sample.md:4',
    'docs/sample.md:5',
  ]);
});

test('code, tables and what cannot be broken may be wider', () => {
  const link = `[name](https://example.com/${'a'.repeat(100)})`;
  expect(found(`\`\`\`sh\n${long}\n\`\`\`\n| ${long} |\n${link}\n- ${link}`)).toEqual([]);
  expect(found(`\`\`\`sh\n\`\`\`\n${long}`)).toEqual(['docs/sample.md:3']);
});

test('a cell of sixty words is found, one of fifty-nine is not', () => {
  const words = (count: number) => 'word '.repeat(count);
  expect(found(`| a | ${words(59)}|\n| a | ${words(60)}| b |`)).toEqual(['docs/sample.md:2']);
});
