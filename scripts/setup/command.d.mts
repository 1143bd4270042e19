export function commandFor(words: string[], node: string): { file: string; args: string[] };
