/** Of a line of a document. */
export const COLUMNS_MAX = 100;
/** A longer cell is a paragraph that somebody put into a table. */
const CELL_WORDS_MAX = 59;

/**
 * One line per line of a Markdown document that is too wide, or has a table cell of sixty words.
 * Tables, code, and words that cannot be broken (links) may be as wide as they are.
 */
export function longMarkdownLines(path: string, text: string): string[] {
  let isCode = false;
  return text.split('\n').flatMap((line, index) => {
    const place = `${path}:${index + 1}`;
    const isFence = /^\s*(?:```|~~~)/.test(line);
    if (isFence) isCode = !isCode;
    if (isCode || isFence) return [];
    if (/^\s*\|/.test(line)) return wordyCells(place, line);
    const isBreakable = /\S\s+\S/.test(line.replace(/^\s*(?:[-*+]|\d+\.)?\s*/, ''));
    if (line.length <= COLUMNS_MAX || !isBreakable) return [];
    return [`${place} has ${line.length} columns, more than ${COLUMNS_MAX}`];
  });
}

function wordyCells(place: string, row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .map((cell) => cell.split(/\s+/).filter((word) => word !== '').length)
    .filter((words) => words > CELL_WORDS_MAX)
    .map((words) => `${place} has a cell of ${words} words, more than ${CELL_WORDS_MAX}`);
}
