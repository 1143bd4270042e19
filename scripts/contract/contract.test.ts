import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { longMarkdownLines } from '../checks/markdown-lines.ts';
import { writeContract } from '../generate/testing/build-contract.ts';
import { acceptContract } from './accept-contract.ts';
import { baselineOf, contractBreaks, imageOf } from './contract-breaks.ts';

/** The rules that the real contract is compared by. */
const realModules: { path: string; breaking: unknown }[] = parse(
  readFileSync(join(import.meta.dirname, '../../buf.yaml'), 'utf8'),
).modules;
const { breaking } = realModules.find(({ path }) => path === 'proto') ?? {};

const path = 'tollgate/fruit/v1/fruit.proto';
const colourOf = '[(tollgate.options.v1.word_of) = "tollgate.fruit.v1.Colour"]';
const fruit = `
  service FruitService {
    rpc Pick(PickRequest) returns (PickResponse);
    rpc Wash(WashRequest) returns (WashResponse);
  }
  message PickRequest { string colour = 1 ${colourOf}; int32 size = 2; string note = 3; }
  message PickResponse { Basket basket = 1; }
  message WashRequest {}
  message WashResponse {}
  message Basket { string colour = 1 ${colourOf}; string note = 2; }
  message Picked { option (tollgate.options.v1.event_subjects) = "fruit.cherry.picked"; }
  enum Colour { COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1; COLOUR_BLUE = 2; }
`;
const changelog = '# Changelog\n\n## Unreleased\n\n- Fruit.\n\n## 0.1.0\n\n- Nothing.\n';

let contract: { folder: string };
let baseline: Uint8Array | undefined;

beforeEach(() => {
  contract = { folder: mkdtempSync(join(tmpdir(), 'tollgate-accept-')) };
  mkdirSync(join(contract.folder, 'proto'));
  const modules = [{ path: 'proto', breaking }];
  writeFileSync(join(contract.folder, 'buf.yaml'), stringify({ version: 'v2', modules }));
  writeFileSync(join(contract.folder, 'CHANGELOG.md'), changelog);
  change('', '');
  // The first baseline: there is nothing to compare with yet.
  baseline ??= imageOf(contract);
  writeFileSync(baselineOf(contract), baseline);
});
afterEach(() => rmSync(contract.folder, { recursive: true }));

/** Writes the contract with one change. */
function change(from: string | RegExp, to: string): void {
  const changed = fruit.replace(from, to);
  if (from !== '' && changed === fruit) throw new Error(`nothing was changed by ${from}`);
  writeContract(join(contract.folder, 'proto'), { [path]: changed });
}

describe('a break is found:', () => {
  test.each([
    ['a field that is gone', 'int32 size = 2;', '', /field "2" .*"size".* deleted/],
    ['another type', 'int32 size', 'string size', /Field "2" .* changed type/],
    ['another name', 'int32 size', 'int32 length', /Field "2" .* changed name/],
    ['an RPC that is gone', /rpc Wash.*;/, '', /RPC "Wash" .*deleted/],
    ['a word that is gone', 'COLOUR_BLUE = 2;', '', /\.Basket\.colour lost the word "blue"/],
    ['a value that is gone', 'COLOUR_BLUE = 2;', '', /value "2" .* deleted/],
    [
      'a word whose value is gone by the rules',
      'COLOUR_BLUE = 2;',
      'reserved 2; reserved "COLOUR_BLUE";',
      /\.PickRequest\.colour lost the word "blue"/,
    ],
    [
      'a word that the value says in another way',
      'COLOUR_BLUE = 2;',
      'COLOUR_BLUE = 2 [(tollgate.options.v1.word) = "azure"];',
      /lost the word "blue"/,
    ],
    [
      'an answer whose words are open again',
      `Basket { string colour = 1 ${colourOf}`,
      'Basket { string colour = 1',
      /\.Basket\.colour held words .* any text now/,
    ],
    [
      'a request whose text must be a word now',
      'string note = 3',
      `string note = 3 ${colourOf}`,
      /\.PickRequest\.note could be any text/,
    ],
    [
      'a request that needs a word now',
      `string colour = 1 ${colourOf}; int32`,
      `string colour = 1 [(buf.validate.field).required = true, ${colourOf.slice(1)}; int32`,
      /\.PickRequest\.colour must hold a word now/,
    ],
    ['a subject that is gone', 'fruit.cherry.picked', 'fruit.plum.picked', /cherry.* no more/],
    [
      'a subject of another message',
      /message Picked.*/,
      'message Eaten { option (tollgate.options.v1.event_subjects) = "fruit.cherry.picked"; }',
      /carried tollgate\.fruit\.v1\.Picked and carries tollgate\.fruit\.v1\.Eaten/,
    ],
  ])('%s', (_, from, to, line) => {
    change(from, to);
    expect(contractBreaks(contract)).toContainEqual(expect.stringMatching(line));
  });

  test('none in what is only added, and in an answer that says its words', () => {
    change(
      /message Basket.*/,
      `message Basket { string colour = 1 ${colourOf}; string note = 2 ${colourOf}; int32 new = 3; }`,
    );
    expect(contractBreaks(contract)).toEqual([]);
    change('COLOUR_BLUE = 2;', 'COLOUR_BLUE = 2; COLOUR_GREEN = 3;');
    expect(contractBreaks(contract)).toEqual([]);
  });
});

describe('accepting', () => {
  const read = () => readFileSync(join(contract.folder, 'CHANGELOG.md'), 'utf8');
  /** Each item on one line. */
  const unwrapped = () => read().replaceAll(/\n +(?![ -])/g, ' ');

  test('breaks writes each with the reason under the version to come, and moves the baseline', () => {
    change('int32 size = 2;', '');
    const breaks = acceptContract(contract, 'Nobody knows sizes.');
    expect(breaks.length).toBeGreaterThan(0);
    const lines = breaks.map((line) => `  - \`${line}\`\n`).join('');
    const first = `### Contract\n\n- Nobody knows sizes.\n${lines}`;
    expect(unwrapped()).toBe(changelog.replace('- Fruit.\n', `- Fruit.\n\n${first}`));
    expect(contractBreaks(contract)).toEqual([]);

    change(/int32 size = 2;|rpc Wash.*;/g, '');
    const [line] = acceptContract(contract, 'Rain does it.');
    expect(unwrapped()).toContain(`${first}- Rain does it.\n  - \`${line}\`\n\n## 0.1.0`);
    expect(longMarkdownLines('CHANGELOG.md', read())).toEqual([]);
  });

  test('breaks without a reason changes nothing and names them', () => {
    change('int32 size = 2;', '');
    expect(() => acceptContract(contract, ' ')).toThrow(/need a reason:\n.*"size"/);
    expect(read()).toBe(changelog);
    expect(Uint8Array.from(readFileSync(baselineOf(contract)))).toEqual(
      Uint8Array.from(baseline ?? []),
    );
  });

  test('a baseline that cannot be read any more is a break like others, and can be followed', () => {
    for (const [from, to] of [
      [/tollgate\.fruit\.v1\.Colour"/g, 'tollgate.fruit.v1.Nothing"'],
      [/ \[\(tollgate[^\]]*\]/g, ''],
    ] as const) {
      change(from, to);
      writeFileSync(baselineOf(contract), imageOf(contract));
      change('', '');
      expect(contractBreaks(contract)).toContainEqual(
        expect.stringMatching(/^The closed sets of the baseline cannot be read: /),
      );
      acceptContract(contract, 'The rules have changed.');
      expect(contractBreaks(contract)).toEqual([]);
    }
  });

  test('breaks needs a version to come in the changelog', () => {
    writeFileSync(join(contract.folder, 'CHANGELOG.md'), '# Changelog\n\n## 0.1.0\n\n- Fruit.\n');
    change('int32 size = 2;', '');
    expect(() => acceptContract(contract, 'Nobody knows sizes.')).toThrow('no "## Unreleased"');
    expect(contractBreaks(contract).length).toBeGreaterThan(0);
  });

  test('no break moves the baseline alone', () => {
    change('int32 size = 2;', 'int32 size = 2; int32 weight = 4;');
    expect(acceptContract(contract, '')).toEqual([]);
    expect(read()).toBe(changelog);
    change('', '');
    expect(contractBreaks(contract)).toContainEqual(expect.stringMatching(/"weight".* deleted/));
  });
});
