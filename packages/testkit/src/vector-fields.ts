import { readdirSync, readFileSync } from 'node:fs';

/**
 * The golden vector files (`*.json`) of a folder, each with those of its fields, however deep, that
 * the folder's README does not name: neither in the section that has the file's name for a heading
 * nor in one that is about no file.
 */
export function undescribedFields(folder: URL): [file: string, fields: string[]][] {
  const readme = readFileSync(new URL('README.md', folder), 'utf8');
  const sections = readme.split('\n## ');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((file) => {
    const isAbout = (section: string) => section.startsWith(`\`${file}\``);
    const texts = sections.filter((section) => isAbout(section) || !/^`.*\.json`/.test(section));
    const described = sections.some(isAbout) ? texts.join('\n') : '';
    const fields = [...fieldsOf(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))];
    return [file, fields.filter((field) => !described.includes(`\`${field}\``))];
  });
}

function fieldsOf(value: unknown): Set<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return new Set([...own, ...Object.values(value).flatMap((entry) => [...fieldsOf(entry)])]);
}
