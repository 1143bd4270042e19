export { type BurnDown, burnDown, type Credit } from './burn-down.ts';
export { priceViolations } from './check-price.ts';
export { creditNote } from './credit-note.ts';
export type {
  CreditedLine,
  CreditNote,
  CreditNoteInput,
  CreditRequest,
} from './credit-note-input.ts';
export { type Creditable, creditable } from './creditable.ts';
export { dueAt } from './due-at.ts';
export { RatingError, type RatingErrorReason } from './errors.ts';
export { explain } from './explain.ts';
export { type InvoiceInput, type InvoiceTotal, invoiceTotal } from './invoice-total.ts';
export {
  type LineDocument,
  type LineInputDocument,
  type StepsDocument,
  toLineDocument,
  type WalkStepDocument,
} from './line-document.ts';
export type { LineInput } from './line-input.ts';
export { type Price, type PriceModel, parsePrice, type Tier } from './price.ts';
export type {
  CapacityTierDocument,
  CommonTerms,
  DecimalText,
  PercentTierDocument,
  PriceDocument,
  PriceKind,
  UnitTierDocument,
} from './price-document.ts';
export type { EventSummary, Priced, WalkStep } from './pricers/priced.ts';
export {
  type Change,
  type ChangeLine,
  type ChangeLines,
  type ChangeMode,
  prorateChange,
} from './prorate-change.ts';
export { type Explanation, type Line, rateLine } from './rate-line.ts';
export { recompute, wrongFields } from './recompute.ts';
export {
  type Aggregation,
  closingLevel,
  joinSegments,
  type MeterEvent,
  type SegmentQuantity,
  type SegmentUsage,
  segmentQuantity,
  segmentUsage,
} from './segment-usage.ts';
export { shareOfPeriod } from './share-of-period.ts';
export type { Usage, UsageEvent } from './usage.ts';
