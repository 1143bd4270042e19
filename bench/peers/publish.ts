import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const begin = '<!-- peers: written by `npm run bench:peers -- --publish` -->';
const end = '<!-- end of peers -->';

/** Puts `lines` into the file's marked section, for a reader to trust that a command printed them. */
export function publish(file: string, lines: readonly string[]): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '# Benchmarks\n';
  writeFileSync(file, withSection(text, lines));
}

/** `text` with `lines` as its marked section, which is appended where there is none yet. */
export function withSection(text: string, lines: readonly string[]): string {
  const section = [begin, '', ...lines.map(wrapped), '', end].join('\n');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 && to < 0) return `${text.trimEnd()}\n\n${section}\n`;
  if (from < 0 || to < from) throw new Error('the marked section has lost one of its marks');
  return text.slice(0, from) + section + text.slice(to + end.length);
}

/** A line of prose in lines of a document's width; tables stay as they are. */
function wrapped(line: string): string {
  if (line.startsWith('|')) return line;
  return line.replaceAll(/(?=.{101})(.{1,100}) /g, '$1\n');
}
