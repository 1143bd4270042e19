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

/** The hour that holds an instant, given in microseconds since 1970. */
export function hourAt(nowUs: number): Hour {
  return hourOfIndex(Math.floor(nowUs / 1000 / msPerHour));
}

/** The hour with this number, from 0 on. */
export function hourOfIndex(index: number): Hour {
  const text = Temporal.Instant.fromEpochMilliseconds(index * msPerHour)
    .toString()
    .slice(0, 13);
  return { index, text, month: text.slice(0, 7), monthEndMs: monthEndMs(text) };
}

/** The calendar's arithmetic alone, because each batch of decisions and each read counter asks. */
function monthEndMs(text: string): number {
  // Months are counted from 0 there, so that this is the first instant of the next one.
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 1);
}

const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** Reads `2026-11-21T01`; undefined for anything else, and for hours before 1970. */
export function hourOfText(text: string): Hour | undefined {
  if (!pattern.test(text)) return undefined;
  try {
    const index = Temporal.Instant.from(`${text}:00Z`).epochMilliseconds / msPerHour;
    return index < 0 ? undefined : hourOfIndex(index);
  } catch {
    return undefined; // a day or an hour that there is not
  }
}

/** Start of the hour. */
export function startOfHour(hour: Hour): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(hour.index * msPerHour);
}
