import { toProtoTime } from '@tollgate/api';
import { MeteringService } from '@tollgate/api/tollgate/metering/v1/metering_service';
import type { Period } from '@tollgate/periods';
import type { Database } from '@tollgate/runtime/database';
import { invalidInput } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { requestsMeter } from '../counters/domain/meter.ts';
import { usageWindowsOf } from './domain/usage-windows.ts';
import type { FreshUsage } from './fresh-usage.ts';
import { usageSpanOfZone } from './usage-span.ts';
import { findUsageSeries, type WindowUsage } from './usage-store.ts';

/** Most windows in one answer. */
const windowsMax = 10_000;

/** Usage of the caller's tenant and environment, including all that was admitted before the call. */
export function getUsage(parts: { database: Database; freshUsage: FreshUsage; clock: Clock }) {
  const { database, freshUsage, clock } = parts;
  return handler(MeteringService.method.getUsage, async (input, call) => {
    const { span, zone } = usageSpanOfZone(input, clock.now());
    const windows = usageWindowsOf(span, input.window || 'day', zone);
    const meter = input.meter || requestsMeter;
    const { tenantId, environment } = call;
    await freshUsage(call, tenantId);
    const series = await database.read(call, (rows) =>
      findUsageSeries(rows, {
        ...span,
        tenantId,
        environment,
        meter,
        starts: windows.map(({ start }) => start),
        byKey: input.groupBy === 'key',
        limit: windowsMax + 1,
      }),
    );
    if (series.length > windowsMax) throw tooManyWindows();
    return {
      data: series.map((usage) => toProtoPoint(usage, windows)),
      total: series.reduce((sum, { value }) => sum + value, 0n),
      meter,
      start: toProtoTime(span.start),
      end: toProtoTime(span.end),
    };
  });
}

function toProtoPoint({ window, keyId, value }: WindowUsage, windows: readonly Period[]) {
  const period = windows[window];
  if (!period) throw new Error('usage lies in one of the windows that were asked for');
  return {
    windowStart: toProtoTime(period.start),
    windowEnd: toProtoTime(period.end),
    value,
    keyId,
  };
}

function tooManyWindows() {
  const description = `leads to more than ${windowsMax} windows; ask for fewer or longer ones`;
  return invalidInput([{ field: 'window', description }]);
}
