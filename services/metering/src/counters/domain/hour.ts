import { calendarMonth } from '@tollgate/periods';

/** A full hour in UTC, by which usage is counted. */
export interface Hour {
  /** Hours since 1970. */
  readonly index: number;
  /** `2026-11-21T01`, as it stands in keys. */
  readonly text: string;
  /** `2026-11`, the calendar month it lies in. */
  readonly month: string;
  /** End of that month, exclusive: milliseconds since 1970. */
  readonly monthEndMs: number;
}

const msPerHour = 3_600_000;
/** The latest by their index: a process asks for the present hour all day, and for the one before. */
const latest: Hour[] = [];
const latestMax = 4;

/** The hour that holds an instant, given in microseconds since 1970. */
export function hourAt(nowUs: number): Hour {
  return hourOfIndex(Math.floor(nowUs / 1000 / msPerHour));
}

/** The hour with this number; the same object each time, for the few that were asked for last. */
export function hourOfIndex(index: number): Hour {
  const slot = ((index % latestMax) + latestMax) % latestMax;
  const known = latest[slot];
  if (known?.index === index) return known;
  const start = Temporal.Instant.fromEpochMilliseconds(index * msPerHour);
  const text = start.toString().slice(0, 13);
  const month = calendarMonth(start, 'UTC');
  const hour = { index, text, month: text.slice(0, 7), monthEndMs: month.end.epochMilliseconds };
  latest[slot] = hour;
  return hour;
}

const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** Reads `2026-11-21T01`; undefined for anything else. */
export function hourOfText(text: string): Hour | undefined {
  if (!pattern.test(text)) return undefined;
  try {
    return hourOfIndex(Temporal.Instant.from(`${text}:00Z`).epochMilliseconds / msPerHour);
  } catch {
    return undefined; // a day or an hour that there is not
  }
}

/** Start of the hour. */
export function startOfHour(hour: Hour): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(hour.index * msPerHour);
}
