import type { LineDocument, StepsDocument, WalkStepDocument } from './line-document.ts';

/**
 * The explanation of a line for people: English text, one step per line, every figure as it stands
 * in the document. Give it a line you trust or have recomputed: it shows, it does not check.
 */
export function explain(document: LineDocument): string {
  const { input, steps, currency, amount, digest, rounding } = document;
  const { price, share, billed, evidence } = input;
  const rows = [
    `${price.kind} price ${price.version}, amounts in ${currency}`,
    ...usageRows(steps, evidence),
    ...steps.walk.map((step) => walkRow(step, 'tiers' in price)),
    ...eventRows(steps),
    `priced: ${steps.priced}`,
  ];
  if (price.discount_percent !== undefined) {
    rows.push(`less ${price.discount_percent} %: ${steps.discounted}`);
  }
  if (steps.bound !== undefined) {
    // Stryker disable next-line StringLiteral: the bound that decided has a value
    rows.push(`${steps.bound} of ${steps[steps.bound] ?? ''} applies: ${steps.bounded}`);
  }
  if (share !== undefined) {
    rows.push(`share of the period ${share}, ${prorated(document)}: ${steps.exact}`);
  }
  rows.push(`rounded once, ${rounding.replaceAll('_', ' ')}: ${steps.rounded}`);
  if (input.interim === true) rows.push('period not over: no minimum yet');
  if (billed !== undefined) rows.push(`already billed: ${billed}`);
  rows.push(`amount: ${amount} ${currency}`, `digest of the input: ${digest}`);
  return rows.join('\n');
}

function usageRows(
  { quantity, free, billable }: StepsDocument,
  evidence: LineDocument['input']['evidence'],
): string[] {
  const source = evidence && ` from ${evidence.event_count} events, digest ${evidence.digest}`;
  const usage = `usage: ${quantity}${source ?? ''}`;
  return free === '0' ? [usage] : [usage, `free units: ${free}, left to price: ${billable}`];
}

function walkRow(step: WalkStepDocument, tiered: boolean): string {
  const { tier, units, packages, unit_price: price, flat_fee: fee, amount } = step;
  const sold = packages === undefined ? units : `${packages} packages (${units} units)`;
  const where = tiered ? `tier ${tier + 1}: ` : '';
  return `  ${where}${sold} x ${price}${fee === undefined ? '' : ` + ${fee}`} = ${amount}`;
}

/** The rows add up to what was priced: rate, fees, what minima added, what maxima cut. */
function eventRows({ events }: StepsDocument): string[] {
  if (events === undefined) return [];
  const figure = (name: string) => events[name] ?? '';
  const { event_allowance: count, amount_allowance: amount } = events;
  return [
    `  events: ${figure('all')}, of which free ${figure('free')}, charged ${figure('charged')}`,
    ...(count === undefined ? [] : [`  free while fewer than ${count} events came before`]),
    ...(amount === undefined ? [] : [`  free while less than ${amount} came before, up to it`]),
    `  amounts: free ${figure('free_amount')}, charged ${figure('charged_amount')}`,
    `  rate: ${figure('charged_amount')} x ${figure('rate')} = ${figure('rate_amount')}`,
    `  fees: ${figure('charged')} x ${figure('fee')} = ${figure('fees')}`,
    `  raised to the minimum ${figure('raised_to_minimum')}, plus ${figure('raised_by')}`,
    `  cut to the maximum ${figure('cut_to_maximum')}, less ${figure('cut_by')}`,
  ];
}

function prorated({ input: { price } }: LineDocument): string {
  const fixed = price.kind === 'flat' || price.kind === 'capacity';
  const mode = price.prorates ?? (fixed ? 'amount' : 'terms');
  return { amount: 'of the amount', terms: 'of fixed terms', nothing: 'changes nothing' }[mode];
}
