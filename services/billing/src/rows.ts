import { PlanLimitRow, PlanPriceRow, PlanRow, PlanVersionRow } from './catalogue/plan-row.ts';
import { EntitlementRow } from './subscriptions/entitlement-row.ts';
import { SubscriptionChangeRow, SubscriptionRow } from './subscriptions/subscription-row.ts';

/** Every kind of row that Billing reads and writes as an entity. */
export const rows = [
  PlanRow,
  PlanVersionRow,
  PlanPriceRow,
  PlanLimitRow,
  SubscriptionRow,
  SubscriptionChangeRow,
  EntitlementRow,
];
