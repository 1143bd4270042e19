/** What Billing announces. */
export const SUBSCRIPTION_CHANGED = 'billing.subscription.changed';

/** What Billing announces to those who enforce plans. */
export const ENTITLEMENTS_CHANGED = 'billing.entitlements.changed';

/** What Billing listens to. */
export const TENANT_CREATED = 'tenant.tenant.created';
