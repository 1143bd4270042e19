export { after, calendarDay, calendarMonth, endOfDay, monthName, monthPeriod } from './calendar.ts';
export {
  anniversaryCycle,
  type Cycle,
  type CycleUnit,
  calendarCycle,
  cycleNumber,
  cyclePeriod,
} from './cycle.ts';
export { PeriodError, type PeriodErrorReason, type Violation } from './errors.ts';
export { hourOf, hoursOf } from './hours.ts';
export {
  contains,
  intersection,
  isBefore,
  type Period,
  period,
  samePeriod,
  split,
} from './period.ts';
export { dayShare, type Share, secondShare } from './share.ts';
export { type Term, type TermPeriod, termPeriod, termPeriodAt } from './term.ts';
export { zoneId } from './zone.ts';
