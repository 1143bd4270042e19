import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COLUMNS_MAX } from '../checks/markdown-lines.ts';
import { baselineOf, type Contract, contractBreaks, imageOf } from './contract-breaks.ts';

const heading = '### Contract';

/**
 * Makes the contract as it is now the one to compare with. What breaks clients is written into the
 * changelog with the reason for it, under "Contract" of what is unreleased.
 *
 * @returns the breaks that were accepted
 * @throws Error when there are breaks and no reason is given; then nothing is changed.
 */
export function acceptContract(contract: Contract, reason: string): string[] {
  const breaks = contractBreaks(contract);
  if (breaks.length > 0) {
    if (reason.trim() === '') {
      throw new Error(['these breaks need a reason:', ...breaks].join('\n'));
    }
    const changelog = join(contract.folder, 'CHANGELOG.md');
    const text = readFileSync(changelog, 'utf8');
    writeFileSync(changelog, withEntry(text, entryOf(reason.trim(), breaks)));
  }
  writeFileSync(baselineOf(contract), imageOf(contract));
  return breaks;
}

function entryOf(reason: string, breaks: readonly string[]): string {
  const told = breaks.map((line) => wrapped(`\`${line.replaceAll('`', "'")}\``, '  - '));
  return [wrapped(reason, '- '), ...told].join('\n');
}

/** An item of a list in the columns that documents have; code may go on in the next line. */
function wrapped(text: string, bullet: string): string {
  const lines: string[] = [];
  let line = bullet.trimEnd();
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > COLUMNS_MAX && line.trim() !== bullet.trim()) {
      lines.push(line);
      line = ' '.repeat(bullet.length - 1);
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** The changelog with the entry at the end of the contract's part of what is unreleased. */
function withEntry(changelog: string, entry: string): string {
  const first = changelog.indexOf('\n## Unreleased\n');
  if (first < 0) throw new Error('CHANGELOG.md has no "## Unreleased" to write under');
  const next = changelog.indexOf('\n## ', first + 1);
  const end = next < 0 ? changelog.length : next;
  const version = changelog.slice(first, end);
  const at = version.indexOf(`\n${heading}\n`);
  const after = at < 0 ? -1 : version.indexOf('\n### ', at + 1);
  const cut = first + (after < 0 ? version.length : after);
  const title = at < 0 ? `\n${heading}\n\n` : '';
  return `${changelog.slice(0, cut).trimEnd()}\n${title}${entry}\n${changelog.slice(cut)}`;
}
