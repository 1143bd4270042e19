import { toProtoTime } from '@tollgate/api';
import { MeteringService } from '@tollgate/api/tollgate/metering/v1/metering_service';
import type { UsageWindow } from '@tollgate/api/words';
import { calendarDay, calendarMonth, hourOf } from '@tollgate/periods';
import type { Database } from '@tollgate/runtime/database';
import { invalidInput } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { requestsMeter } from '../counters/domain/meter.ts';
import type { FreshUsage } from './fresh-usage.ts';
import { usageSpan } from './usage-span.ts';
import { findUsageSeries } from './usage-store.ts';

/** Most windows in one answer. */
const windowsMax = 10_000;

const windows: Record<UsageWindow, (start: Temporal.Instant) => { end: Temporal.Instant }> = {
  hour: hourOf,
  day: (start) => calendarDay(start, 'UTC'),
  month: (start) => calendarMonth(start, 'UTC'),
};

/** Usage of the caller's tenant and environment, including all that was admitted before the call. */
export function getUsage(parts: { database: Database; freshUsage: FreshUsage; clock: Clock }) {
  const { database, freshUsage, clock } = parts;
  return handler(MeteringService.method.getUsage, async (input, call) => {
    const now = clock.now();
    const span = usageSpan(input, {
      start: calendarMonth(now, 'UTC').start,
      end: hourOf(now).end,
    });
    const window = input.window || 'day';
    const meter = input.meter || requestsMeter;
    const { tenantId, environment } = call;
    await freshUsage(call, tenantId);
    const series = await database.read(call, (rows) =>
      findUsageSeries(rows, {
        ...span,
        tenantId,
        environment,
        meter,
        window,
        byKey: input.groupBy === 'key',
        limit: windowsMax + 1,
      }),
    );
    if (series.length > windowsMax) throw tooManyWindows();
    return {
      data: series.map(({ start, keyId, value }) => ({
        windowStart: toProtoTime(start),
        windowEnd: toProtoTime(windows[window](start).end),
        value,
        keyId,
      })),
      total: series.reduce((sum, { value }) => sum + value, 0n),
      meter,
      start: toProtoTime(span.start),
      end: toProtoTime(span.end),
    };
  });
}

function tooManyWindows() {
  const description = `leads to more than ${windowsMax} windows; ask for fewer or longer ones`;
  return invalidInput([{ field: 'window', description }]);
}
