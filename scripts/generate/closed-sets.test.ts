import { describe, expect, test } from '@jest/globals';
import { readClosedSets } from './closed-sets.ts';
import { narrowWords } from './narrow-words.ts';
import { printWords } from './print-words.ts';
import { buildContract } from './testing/build-contract.ts';

const path = 'tollgate/fruit/v1/fruit.proto';
const colour = `
  // What it looks like.
  enum Colour {
    // Never a word.
    COLOUR_UNSPECIFIED = 0;
    // Like a cherry.
    COLOUR_RED = 1;
    // Like a plum.
    COLOUR_DARK_BLUE = 2;
    COLOUR_LATER = 3 [(tollgate.options.v1.word) = "later.on"];
  }
`;
const wordOf = '(tollgate.options.v1.word_of) = "tollgate.fruit.v1.Colour"';

/** The sets of a contract of one file. */
const setsOf = (body: string) => readClosedSets(buildContract({ [path]: body }));

describe('a closed set', () => {
  test('has the words of its enum: lower case, without the prefix, or as the value says', () => {
    const { sets, fields } = setsOf(`${colour} message Cherry {
      string colour = 1 [(buf.validate.field).required = true, ${wordOf}];
      repeated string others = 2 [${wordOf}];
      message Stone { string colour = 1 [${wordOf}]; }
    }`);
    expect(sets.map(({ words }) => words.map(({ text }) => text))).toEqual([
      ['red', 'dark_blue', 'later.on'],
    ]);
    expect(fields.map(({ field, required }) => [field.name, required])).toEqual([
      ['colour', true],
      ['others', false],
      ['colour', false],
    ]);
  });

  test.each([
    [
      'names no enum',
      'message A { string a = 1 [(tollgate.options.v1.word_of) = "x.Y"]; }',
      /x\.Y/,
    ],
    ['is no text', `message A { int32 a = 1 [${wordOf}]; }`, /for texts/],
    ['is a list of no texts', `message A { repeated int32 a = 1 [${wordOf}]; }`, /for texts/],
    [
      'of another message has its enum as type',
      `message A { string a = 1 [${wordOf}]; } message B { repeated Colour a = 1; }`,
      /B\.a must be a text/,
    ],
    ['is a map', `message A { map<string, string> a = 1 [${wordOf}]; }`, /for texts/],
    ['is one of several', `message A { oneof one { string a = 1 [${wordOf}]; } }`, /for texts/],
  ])('is refused where the field %s', (_, message, why) => {
    expect(() => setsOf(colour + message)).toThrow(why);
  });

  test.each([
    ['no zero', 'COLOUR_RED = 0;', /first value/],
    ['no word', 'COLOUR_UNSPECIFIED = 0;', /declares no word/],
    ['another prefix', 'COLOUR_UNSPECIFIED = 0; RED = 1;', /must begin with COLOUR_/],
    [
      'a word twice',
      'COLOUR_UNSPECIFIED = 0; COLOUR_A = 1; COLOUR_B = 2 [(tollgate.options.v1.word) = "a"];',
      /stands twice/,
    ],
    [
      'no word at all',
      'COLOUR_UNSPECIFIED = 0; COLOUR_A = 1 [(tollgate.options.v1.word) = "A b"];',
      /is no word/,
    ],
  ])('is refused with %s', (_, values, why) => {
    const body = `enum Colour { ${values} } message A { string a = 1 [${wordOf}]; }`;
    expect(() => setsOf(body)).toThrow(why);
  });

  test('is printed as a list, a type and a question, with the comments of the proto', () => {
    const { sets } = setsOf(`${colour} message A { string a = 1 [${wordOf}]; }`);
    const printed = printWords(sets);
    expect(printed).toContain(`export const colours = [
  /** Like a cherry. */
  'red',`);
    expect(printed).toContain('export type Colour = (typeof colours)[number];');
    expect(printed).toContain('export function isColour(value: unknown): value is Colour {');
    expect(printed).toContain(
      ' * What it looks like.\n *\n * @generated from enum tollgate.fruit.v1',
    );
  });

  test('that would have the name of another in TypeScript is refused', () => {
    const other = wordOf.replace('fruit', 'sky');
    const contract = buildContract({
      [path]: `${colour} message A { string a = 1 [${wordOf}]; string b = 2 [${other}]; }`,
      'tollgate/sky/v1/sky.proto': colour,
    });
    expect(() => printWords(readClosedSets(contract).sets)).toThrow(/would both be Colour/);
  });
});

describe('the type of a field that holds words', () => {
  const { fields } = setsOf(`${colour} message Cherry {
    string must = 1 [(buf.validate.field).required = true, ${wordOf}];
    string may = 2 [${wordOf}];
    repeated string many = 3 [${wordOf}];
  }`);
  const generated = (must: string) => `/* eslint-disable */

export type Cherry = Message<"tollgate.fruit.v1.Cherry"> & {
  /**
   * @generated from field: string must = 1;
   */
  ${must}

  /**
   * @generated from field: string may = 2;
   */
  may: string;

  /**
   * @generated from field: repeated string many = 3;
   */
  many: string[];
};
`;
  const name = 'tollgate/fruit/v1/fruit_pb.ts';

  test('is the union, with the empty text where none is required', () => {
    const [file] = narrowWords([{ name, content: generated('must: string;') }], fields);
    expect(file?.content).toContain('  must: words.Colour;');
    expect(file?.content).toContain("  may: words.Colour | '';");
    expect(file?.content).toContain('  many: words.Colour[];');
    expect(file?.content).toContain('import type * as words from "../../../words.ts";');
  });

  test('is never left as it was: another form of the generated code is refused', () => {
    const changed = [{ name, content: generated('must?: string;') }];
    expect(() => narrowWords(changed, fields)).toThrow(/Cherry\.must: .* 0 times, not once/);
    expect(() => narrowWords([], fields)).toThrow(/was not generated/);
  });
});
