import { type Migration, runtimeMigration } from '@tollgate/runtime/migrations';
import { catalogue } from './0001-catalogue.ts';
import { subscriptions } from './0002-subscriptions.ts';
import { firstPlans } from './0003-first-plans.ts';
import { planPrices } from './0004-plan-prices.ts';

/** Billing's schema, oldest step first. Released steps are never edited. */
export const migrations: Migration[] = [
  runtimeMigration('billing', 'billing'),
  catalogue,
  subscriptions,
  firstPlans,
  planPrices,
];
