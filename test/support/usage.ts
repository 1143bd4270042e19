import { expect } from '@jest/globals';
import type { Customer } from './customer.ts';
import type { TestSystem } from './system.ts';

const message = { to: '+49 170 0000000', message: 'sample text', type: 'sms' };

/** One billable call to the sample upstream; `status` makes the upstream answer that status. */
export function send(customer: Customer, status?: number) {
  return customer.call('POST', '/v1/messages/send', {
    body: message,
    ...(status === undefined ? {} : { headers: { 'x-sample-status': String(status) } }),
  });
}

/** Puts the customer on a new plan with these limits and waits until the gate knows it. */
export async function subscribeTo(
  system: TestSystem,
  operator: Customer,
  customer: Customer,
  plan: { plan_id: string; limits: Record<string, unknown>[] } & Record<string, unknown>,
): Promise<void> {
  const created = await operator.call('POST', '/v1/plans', {
    as: 'user',
    body: { name: plan.plan_id, ...plan },
  });
  expect(created).toMatchObject({ status: 200 });
  await upgradeTo(system, customer, plan.plan_id);
}

/** Moves the customer to a plan and waits until the gate knows it. */
export async function upgradeTo(
  system: TestSystem,
  customer: Customer,
  planId: string,
): Promise<void> {
  const upgraded = await customer.call('POST', '/v1/billing/upgrade', {
    as: 'user',
    body: { plan_id: planId },
  });
  expect(upgraded).toMatchObject({ status: 200, body: { plan_id: planId } });
  await system.eventually(async () => {
    const limits = await customer.call('GET', '/v1/rate-limit');
    expect(limits.body.plan_id).toBe(planId);
  });
}

/** Usage as each part reports it. */
interface UsageEverywhere {
  redis: number;
  postgres: number;
  usage: number;
  bill: number;
}

/** Reads the tenant's usage of this month from every place that knows it. */
async function usageEverywhere(system: TestSystem, customer: Customer): Promise<UsageEverywhere> {
  const usage = await customer.call('GET', '/v1/usage');
  expect(usage).toMatchObject({ status: 200 });
  const bill = await customer.call('GET', '/v1/billing/calculate');
  expect(bill).toMatchObject({ status: 200 });
  return {
    usage: Number(usage.body.total),
    bill: Number(bill.body.quantity),
    redis: await system.usageInRedis(customer.tenantId),
    postgres: await system.usageInPostgres(customer.tenantId),
  };
}

/** Waits until every place agrees on `expected` (give-backs arrive after the answer). */
export async function expectUsage(
  system: TestSystem,
  customer: Customer,
  expected: number,
): Promise<void> {
  await system.eventually(async () => {
    expect(await usageEverywhere(system, customer)).toEqual({
      redis: expected,
      postgres: expected,
      usage: expected,
      bill: expected,
    });
  });
}
