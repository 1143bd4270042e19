/**
 * A quarter of an hour in UTC, by which usage is counted. Since 1990 the clocks of every zone have
 * been whole quarters of an hour from UTC, so that any zone's days and months are whole slots
 * (`packages/periods` has the test of it).
 */
export interface Slot {
  /** Quarters of an hour since 1970. */
  readonly index: number;
  /**
   * Its start, as it stands in keys: `2026-11-21T01:15`; `2026-11-21T01` on the hour. So whole hours
   * were written when usage was counted by them: a counter of that time goes on as the one of its
   * hour's first slot, and has one name.
   */
  readonly text: string;
  /** `2026-11`, the calendar month it lies in. */
  readonly month: string;
  /** End of that month, exclusive: milliseconds since 1970. */
  readonly monthEndMs: number;
}

/** Length of a slot, in milliseconds. */
export const msPerSlot = 900_000;

/** The slot that holds an instant, given in microseconds since 1970. */
export function slotAt(nowUs: number): Slot {
  return slotOfIndex(Math.floor(nowUs / 1000 / msPerSlot));
}

/** The slot with this number, from 0 on. */
export function slotOfIndex(index: number): Slot {
  const start = Temporal.Instant.fromEpochMilliseconds(index * msPerSlot).toString();
  const text = start.slice(0, index % 4 === 0 ? 13 : 16);
  return { index, text, month: text.slice(0, 7), monthEndMs: monthEndMs(text) };
}

/** The calendar's arithmetic alone, because each batch of decisions and each read counter asks. */
function monthEndMs(text: string): number {
  // Months are counted from 0 there, so that this is the first instant of the next one.
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 1);
}

const pattern = /^(\d{4}-\d{2}-\d{2}T\d{2})(:15|:30|:45)?$/;

/** Reads a slot's text; undefined for anything else, and for slots before 1970. */
export function slotOfText(text: string): Slot | undefined {
  const [, hour, minutes = ':00'] = pattern.exec(text) ?? [];
  if (hour === undefined) return undefined;
  try {
    const index = Temporal.Instant.from(`${hour}${minutes}Z`).epochMilliseconds / msPerSlot;
    return index < 0 ? undefined : slotOfIndex(index);
  } catch {
    return undefined; // a day or an hour that there is not
  }
}

/** Start of the slot. */
export function startOfSlot(slot: Slot): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(slot.index * msPerSlot);
}
