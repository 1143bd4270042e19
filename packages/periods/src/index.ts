export { after, calendarDay, calendarMonth, endOfDay, monthName, monthPeriod } from './calendar.ts';
export { PeriodError, type PeriodErrorReason } from './errors.ts';
export { hourOf, hoursOf } from './hours.ts';
export { contains, intersection, type Period, period, samePeriod, split } from './period.ts';
export { zoneId } from './zone.ts';
