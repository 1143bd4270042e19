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

/** The plan costs less than the present one, or cannot be compared with it. */
export const notAnUpgrade = failure(
  'NOT_AN_UPGRADE',
  Code.FailedPrecondition,
  ({ from, to }: { from: string; to: string }) => ({
    message: 'The plan costs less than the present one, so that it is not an upgrade.',
    metadata: { current_plan_id: from, plan_id: to },
  }),
);

/** The tenant has no subscription: unknown, or created a moment ago. */
export const noSubscription = failure('NO_SUBSCRIPTION', Code.NotFound, (tenantId: string) => ({
  message: 'The tenant has no subscription yet.',
  metadata: { tenant_id: tenantId },
}));
