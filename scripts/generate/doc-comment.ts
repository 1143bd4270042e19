/**
 * A comment of generated code, indented like what it stands before.
 *
 * @param text one or more lines, as in the proto; empty lines at its ends do not count
 */
export function docComment(text: string, indent = ''): string {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim().replaceAll('*/', '*\\/'));
  if (lines.length === 1) return `${indent}/** ${lines[0]} */`;
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */']
    .map((line) => `${indent}${line}`)
    .join('\n');
}
