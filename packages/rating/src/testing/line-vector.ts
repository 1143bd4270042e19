import { type Money, parseMoney } from '@tollgate/money';
import { parseExact } from '../exact-text.ts';
import type { Usage } from '../index.ts';
import { type Line, type LineInputDocument, type Price, parsePrice, rateLine } from '../index.ts';

/** A case of `vectors/lines.json`; the README there says what its fields mean. */
export interface LineVector extends LineInputDocument {
  readonly name: string;
  readonly exact: string;
  readonly rounded: string;
  readonly amount: string;
}

/** Rates the line that a vector describes. */
export function lineFrom(vector: LineVector): Line {
  const price = parsePrice(vector.price);
  return rateLine({
    price,
    usage: usageFrom(vector.usage),
    ...(vector.share !== undefined && { share: parseExact(vector.share, 'share') }),
    ...(vector.billed !== undefined && { billed: amountIn(price, vector.billed) }),
    ...(vector.interim !== undefined && { interim: vector.interim }),
  });
}

/** The usage of a vector, as quantity or events. */
export function usageFrom(usage: LineInputDocument['usage']): Usage {
  if ('quantity' in usage) return { quantity: parseExact(usage.quantity, 'quantity') };
  return {
    events: usage.events.map(({ id, time, amount }) => ({
      id,
      time: Temporal.Instant.from(time),
      amount: parseExact(amount, 'amount'),
    })),
  };
}

function amountIn(price: Price, text: string): Money {
  return parseMoney(text, price.currency, { allowNegative: true });
}
