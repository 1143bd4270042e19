import type { UsageWindow } from '@tollgate/api/words';
import { calendarDay, calendarMonth, hourOf, isBefore, type Period } from '@tollgate/periods';

const windowAt: Record<UsageWindow, (instant: Temporal.Instant, zone: string) => Period> = {
  hour: hourOf,
  day: calendarDay,
  month: calendarMonth,
};

/**
 * The windows that share an instant with a span, in order and without gaps: days and months of the
 * zone, hours of UTC. The first and the last may reach beyond the span. By the calendar that bills
 * and not by Postgres' `date_trunc`, which counts an evening that comes again to the day before.
 *
 * @throws PeriodError for an unknown zone, and more than 2,700 years from 2001.
 */
export function usageWindowsOf(span: Period, window: UsageWindow, zone: string): Period[] {
  const windows: Period[] = [];
  for (let { start } = span; isBefore(start, span.end); ) {
    const next = windowAt[window](start, zone);
    windows.push(next);
    start = next.end;
  }
  return windows;
}
