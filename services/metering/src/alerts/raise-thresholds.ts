import { type TenantId, toProtoTime } from '@tollgate/api';
import { usageThresholdReached } from '@tollgate/api/events';
import type { Environment } from '@tollgate/api/words';
import { monthPeriod } from '@tollgate/periods';
import type { Rows } from '@tollgate/runtime/database';
import { requestsMeter } from '../counters/domain/meter.ts';
import { policyOf } from '../policies/domain/policy.ts';
import { findTermsOf } from '../policies/policy-store.ts';
import { raiseAlerts } from './alert-store.ts';
import { reachedThresholds } from './domain/thresholds.ts';

/** Usage of months, by tenant. */
export interface TenantMonths {
  readonly tenantId: TenantId;
  readonly months: readonly {
    readonly environment: Environment;
    readonly month: string;
    readonly used: number;
  }[];
}

/**
 * Announces thresholds that usage has reached, each once in its month, tenant and environment: the
 * alert's row and the event are committed together with the usage that crossed it.
 */
export async function raiseReachedThresholds(
  rows: Rows,
  tenants: readonly TenantMonths[],
  now: Temporal.Instant,
): Promise<void> {
  const terms = await findTermsOf(
    rows,
    tenants.map(({ tenantId }) => tenantId),
  );
  const policies = new Map(terms.map(policyOf).map((it) => [it.tenantId, it]));
  const reached = tenants.flatMap(({ tenantId, months }) => {
    const policy = policies.get(tenantId);
    const threshold = policy?.threshold;
    if (!policy || !threshold) return [];
    return months.flatMap(({ environment, month, used }) =>
      reachedThresholds(policy, used).map((thresholdPercent) => {
        const period = monthPeriod(month, 'UTC');
        const { limitId, requests } = threshold;
        const { start: periodStart, end: periodEnd } = period;
        return {
          tenantId,
          environment,
          limitId,
          requests,
          used,
          thresholdPercent,
          periodStart,
          periodEnd,
        };
      }),
    );
  });
  for (const alert of await raiseAlerts(rows, reached, now)) {
    rows.emit({
      type: usageThresholdReached,
      tenantId: alert.tenantId,
      environment: alert.environment,
      entityId: `${alert.tenantId}/${alert.environment}/${alert.limitId}`,
      payload: {
        tenantId: alert.tenantId,
        environment: alert.environment,
        meter: requestsMeter,
        limitId: alert.limitId,
        thresholdPercent: alert.thresholdPercent,
        limit: BigInt(alert.requests),
        usage: BigInt(alert.used),
        periodStart: toProtoTime(alert.periodStart),
        periodEnd: toProtoTime(alert.periodEnd),
      },
    });
  }
}
