import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The benches whose reports stand in the documentation, each in a section of its own. */
export type Published = 'peers' | 'gate' | 'layers' | 'memory';

const document = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** Puts `lines` into the bench's marked section, for a reader to trust that a command printed them. */
export function publish(bench: Published, lines: readonly string[]): void {
  writeFileSync(document, withSection(readFileSync(document, 'utf8'), bench, lines));
}

/** `text` with `lines` as the bench's marked section, which is appended where there is none yet. */
export function withSection(text: string, bench: Published, lines: readonly string[]): string {
  const begin = `<!-- ${bench}: written by \`npm run bench:${bench} -- --publish\` -->`;
  const end = `<!-- end of ${bench} -->`;
  const section = [begin, '', ...lines.map(wrapped), '', end].join('\n');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 && to < 0) return `${text.trimEnd()}\n\n${section}\n`;
  if (from < 0 || to < from) throw new Error(`the section of ${bench} has lost one of its marks`);
  return text.slice(0, from) + section + text.slice(to + end.length);
}

/** A line of prose in lines of a document's width; tables stay as they are. */
function wrapped(line: string): string {
  if (line.startsWith('|')) return line;
  return line.replaceAll(/(?=.{101})(.{1,100}) /g, '$1\n');
}
