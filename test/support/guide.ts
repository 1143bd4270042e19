import { expect } from '@jest/globals';

/** A block of code of a document. */
interface Block {
  readonly language: string;
  readonly text: string;
  /** Nothing but empty lines stands between it and the block before. */
  readonly followsBlock: boolean;
}

/** Commands of a document, and what they are said to print. */
export interface GuideStep {
  readonly commands: string;
  readonly printed?: Block;
}

/** What stands for anything in a printed answer. */
const anything = '…';

/** The blocks of code of a Markdown document, in order. */
function blocksOf(document: string): Block[] {
  const blocks = document.matchAll(/(^```\n\s*)?^```(\w+)\n([^]*?)(?=^```$)/gm);
  return Array.from(blocks, ([, end, language = '', text = '']) => ({
    language,
    text,
    followsBlock: end !== undefined,
  }));
}

/** The one block of a language in a document; throws when there is another number of them. */
export function onlyBlock(document: string, isIt: (block: Block) => boolean): string {
  const [found, ...more] = blocksOf(document).filter(isIt);
  if (!found || more.length > 0) throw new Error('Exactly one such block is expected.');
  return found.text;
}

/**
 * The commands of a document with what is shown of their answers: a block of `json` or `text` right
 * behind them.
 */
export function stepsOf(document: string): GuideStep[] {
  const blocks = blocksOf(document);
  return blocks.flatMap(({ language, text }, at) => {
    if (language !== 'sh') return [];
    const next = blocks[at + 1];
    const isPrinted = next?.followsBlock && /^(?:json|text)$/.test(next.language);
    return [{ commands: text, ...(isPrinted ? { printed: next } : {}) }];
  });
}

/** Expects that commands printed what their guide shows. */
export function expectPrinted(output: string, { language, text }: Block): void {
  if (language === 'json') {
    // With `curl -i`, headers stand before it.
    const body = output.slice(output.search(/^[[{]/m));
    expect(JSON.parse(body)).toEqual(expectedOf(JSON.parse(text)));
    return;
  }
  const lines = output.trim().split('\n');
  expect(lines).toEqual(
    text
      .trim()
      .split('\n')
      .map((line) => expect.stringMatching(new RegExp(`^${patternOf(line)}$`))),
  );
}

/** What matches a shown value: objects may have more fields, lists are whole. */
function expectedOf(shown: unknown): unknown {
  if (shown === anything) return expect.anything();
  if (typeof shown === 'string' && shown.includes(anything)) {
    return expect.stringMatching(new RegExp(`^${patternOf(shown)}$`));
  }
  if (Array.isArray(shown)) return shown.map(expectedOf);
  if (typeof shown !== 'object' || shown === null) return shown;
  const fields = Object.entries(shown).map(([name, value]) => [name, expectedOf(value)]);
  return expect.objectContaining(Object.fromEntries(fields));
}

function patternOf(text: string): string {
  return text.split(anything).map(RegExp.escape).join('.*');
}
