import { fromJsonString, toJson } from '@bufbuild/protobuf';
import {
  PlanPriceSchema,
  type PlanPrice as ProtoPrice,
} from '@tollgate/api/tollgate/billing/v1/prices';
import type { PriceDraft } from './domain/define-prices.ts';
import type { PlanPrice } from './domain/plan.ts';

/** Fields of the message that are the plan's and no part of a price document. */
const OF_THE_PLAN = new Set(['price_id', 'meter']);

/** A price as the API shows it: the JSON of the message is that of the price document. */
export function toProtoPrice({ priceId, meter, price }: PlanPrice): ProtoPrice {
  const { version: _version, currency: _currency, ...terms } = price.document;
  // Refuses a field that the message does not have, so that no term of a price goes unsaid.
  return fromJsonString(PlanPriceSchema, JSON.stringify({ price_id: priceId, meter, ...terms }));
}

/** A price as an operator wrote it down. */
export function fromProtoPrice(input: ProtoPrice): PriceDraft {
  const fields = toJson(PlanPriceSchema, input, { useProtoFieldName: true });
  const terms = Object.entries(fields ?? {}).filter(([name]) => !OF_THE_PLAN.has(name));
  return { priceId: input.priceId, meter: input.meter, document: Object.fromEntries(terms) };
}
