import { Code } from '@connectrpc/connect';
import { failure } from '@tollgate/runtime/errors';

/** No plan on offer has this id. */
export const planNotFound = failure('PLAN_NOT_FOUND', Code.NotFound, (planId: string) => ({
  message: 'There is no such plan.',
  metadata: { plan_id: planId },
}));

/** The id names another plan already; plans are never replaced. */
export const planIdTaken = failure('PLAN_ID_TAKEN', Code.AlreadyExists, (planId: string) => ({
  message: 'A plan with this id exists already.',
  metadata: { plan_id: planId },
}));

/** The plan's fees are below the present ones, or in another currency and not to be compared. */
export const notAnUpgrade = failure(
  'NOT_AN_UPGRADE',
  Code.FailedPrecondition,
  ({ from, to }: { from: string; to: string }) => ({
    message:
      'The fees of the plan are below the present ones or in another currency, so that it is no upgrade.',
    metadata: { current_plan_id: from, plan_id: to },
  }),
);

/** The tenant has no subscription: unknown, or created a moment ago. */
export const noSubscription = failure('NO_SUBSCRIPTION', Code.NotFound, (tenantId: string) => ({
  message: 'The tenant has no subscription yet.',
  metadata: { tenant_id: tenantId },
}));

/** The usage of the month comes, by the prices of the plan, to more than any amount that exists. */
export const amountOutOfRange = failure(
  'AMOUNT_OUT_OF_RANGE',
  Code.FailedPrecondition,
  ({ planId, version }: { planId: string; version: number }) => ({
    message:
      'The usage of this month comes to more than any amount by the prices of the plan. ' +
      'A price with a maximum bounds it: whoever sells the plan can offer one.',
    metadata: { plan_id: planId, plan_version: String(version) },
  }),
);
