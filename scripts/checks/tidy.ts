import { readFileSync } from 'node:fs';
import { brokenLinks, documents } from './document-links.ts';
import { longMarkdownLines } from './markdown-lines.ts';
import { secondServiceLists } from './service-lists.ts';
import { sourceFiles } from './source-files.ts';

const COLUMNS_MAX = 110;

/** Lines that cannot be broken: addresses, and imports of a long path by one name. */
const UNBREAKABLE =
  /^\s*\/.*\/[gimsu]*[;,]$|^test\(|https?:\/\/|^(?:import|export) .* from '[^']+';$/;

/** One line per broken house rule; an empty list means the tree is tidy. */
export function tidyViolations(root: string): string[] {
  const files = sourceFiles(root).map((path) => ({
    path,
    text: readFileSync(`${root}/${path}`, 'utf8'),
  }));
  const violations: string[] = [];
  for (const { path, text } of files) {
    text.split('\n').forEach((line, index) => {
      if (line.length <= COLUMNS_MAX || UNBREAKABLE.test(line)) return;
      violations.push(`${path}:${index + 1} has ${line.length} columns, more than ${COLUMNS_MAX}`);
    });
  }
  violations.push(...secondServiceLists(files));
  for (const document of documents(root)) {
    const { path, text } = document;
    violations.push(...brokenLinks(root, document), ...longMarkdownLines(path, text));
  }
  return violations;
}

if (import.meta.main) {
  const violations = tidyViolations(process.cwd());
  for (const violation of violations) console.error(violation);
  console.log(`tidy: ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
