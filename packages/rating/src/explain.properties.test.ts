import { expect, test } from '@jest/globals';
import { exactText, minus, plus, sum, times } from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { parseExact } from './exact-text.ts';
import {
  explain,
  type LineDocument,
  parsePrice,
  recompute,
  toLineDocument,
  wrongFields,
} from './index.ts';
import { line } from './testing/arbitrary-line.ts';
import { priceDocument } from './testing/arbitrary-price.ts';
import { shuffleKeys } from './testing/shuffle-keys.ts';

const stored = line.map((each) => JSON.stringify(toLineDocument(each)));
const read = (text: string) => JSON.parse(text) as LineDocument;

test('recomputing an explained line is the identity: every figure, digest and text comes back', () => {
  checkProperty(
    fc.property(stored, (text) => {
      const document = read(text);
      const again = toLineDocument(recompute(document));
      expect(again).toEqual(document);
      expect(JSON.stringify(again)).toBe(text);
      expect(explain(again)).toBe(explain(document));
      expect(wrongFields(document)).toEqual([]);
    }),
    { runs: 300 },
  );
});

test('every figure that the explanation shows stands in the document', () => {
  checkProperty(
    fc.property(stored, (text) => {
      const document = read(text);
      // A digest of events may be any text.
      const { evidence: _evidence, ...input } = document.input;
      const shown = explain({ ...document, input, digest: '' }).replace(/\btier \d+: /g, '');
      const figures = shown.match(/(?<![\w./-])-?\d+(?:[./]\d+)?(?![\w/])/g) ?? [];
      expect(figures.length).toBeGreaterThan(2);
      const missing = figures.filter((figure) => !text.includes(`"${figure}"`));
      expect(missing).toEqual([]);
    }),
    { runs: 300 },
  );
});

test('every step shown is true arithmetic, and together they are what was priced', () => {
  checkProperty(
    fc.property(line, (given) => {
      const { steps } = toLineDocument(given);
      const exact = (text = '0') => parseExact(text, 'steps');
      const parts = steps.walk.map(({ units, packages, unit_price, flat_fee, amount }) => {
        const cost = plus(times(exact(packages ?? units), exact(unit_price)), exact(flat_fee));
        expect(exactText(cost)).toBe(amount);
        return cost;
      });
      const events = steps.events ?? {};
      const product = (one: string, other: string) =>
        exactText(times(exact(events[one]), exact(events[other])));
      if (steps.events !== undefined) {
        expect(product('charged_amount', 'rate')).toBe(events['rate_amount']);
        expect(product('charged', 'fee')).toBe(events['fees']);
      }
      parts.push(...['rate_amount', 'fees', 'raised_by'].map((name) => exact(events[name])));
      expect(exactText(minus(sum(parts), exact(events['cut_by'])))).toBe(steps.priced);
    }),
    { runs: 300 },
  );
});

test('an altered figure never goes unnoticed', () => {
  const altered = stored.chain((text) => {
    const places = [...text.matchAll(/\d/g)].map(({ index }) => index);
    return fc.tuple(fc.constant(text), fc.constantFrom(...places), fc.integer({ min: 1, max: 9 }));
  });
  checkProperty(
    fc.property(altered, ([text, place, by]) => {
      const digit = (Number(text[place]) + by) % 10;
      const changed = `${text.slice(0, place)}${digit}${text.slice(place + 1)}`;
      let found: string[];
      try {
        found = wrongFields(read(changed));
      } catch (error) {
        expect(error).toMatchObject({ violations: [expect.anything()] });
        return;
      }
      expect(found.length).toBeGreaterThan(0);
    }),
    { runs: 500 },
  );
});

test('nothing depends on the order of the keys of prices and lines', () => {
  checkProperty(
    fc.property(stored, fc.integer(), (text, seed) => {
      const document = read(text);
      const shuffled = shuffleKeys(document, seed) as LineDocument;
      const again = recompute(shuffled);
      expect(again.digest).toBe(document.digest);
      expect(JSON.stringify(toLineDocument(again))).toBe(text);
      expect(explain(shuffled)).toBe(explain(document));
      expect(wrongFields(shuffled)).toEqual([]);
    }),
    { runs: 300 },
  );
  checkProperty(
    fc.property(priceDocument, fc.integer(), (document, seed) => {
      const [price, other] = [document, shuffleKeys(document, seed)].map((each) =>
        parsePrice(each),
      );
      expect(other?.digest).toBe(price?.digest);
      expect(JSON.stringify(other?.document)).toBe(JSON.stringify(price?.document));
    }),
  );
});
