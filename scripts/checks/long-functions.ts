const FUNCTION_LINES_MAX = 70;

/**
 * Functions of more than 70 lines. It reads text, not a syntax tree: a function begins on a line that
 * opens one and ends where the formatter puts its closing brace, at the same indent.
 */
export function longFunctions(path: string, text: string): string[] {
  if (/\.test\.ts$|\/test\//.test(path)) return [];
  const lines = text.split('\n');
  return lines.flatMap((line, start) => {
    const name = /^\s*(?:export )?(?:default )?(?:async )?function\*? (\w+)/.exec(line)?.[1];
    if (!name) return [];
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const end = lines.findIndex((other, index) => index > start && other === `${indent}}`);
    const length = end < 0 ? 1 : end - start + 1;
    return length > FUNCTION_LINES_MAX
      ? [`${path}:${start + 1} ${name} has ${length} lines, more than ${FUNCTION_LINES_MAX}`]
      : [];
  });
}
