import { PlanLimitRow, PlanRow, PlanVersionRow } from './plan-row.ts';
import { EntitlementRow, SubscriptionChangeRow, SubscriptionRow } from './subscription-row.ts';

/** Every kind of row that Billing reads and writes as an entity. */
export const rows = [
  PlanRow,
  PlanVersionRow,
  PlanLimitRow,
  SubscriptionRow,
  SubscriptionChangeRow,
  EntitlementRow,
];
