import { type Environment, isEnvironment } from '@tollgate/api/words';
import { type Slot, slotOfText } from './slot.ts';

/** Where one admitted call was counted. Its text travels with the call and finds the counter again. */
export interface Reservation {
  readonly environment: Environment;
  readonly slot: Slot;
  /** `key_…`, or `usr_…` for a call with a user's token. */
  readonly keyId: string;
  /** The period in which its id was remembered; absent in texts of before there were periods. */
  readonly period?: number;
}

const pattern = /^(test|live)\|([^|]{1,16})\|([A-Za-z0-9_-]{1,64})(?:\|(\d{1,12}))?$/;

/** `live|2026-11-21T01:15|key_…|119800865`; on the hour `live|2026-11-21T01|key_…|119800860`. */
export function reservationText({ environment, slot, keyId, period }: Reservation): string {
  const text = `${environment}|${slot.text}|${keyId}`;
  return period === undefined ? text : `${text}|${period}`;
}

/** Reads what {@link reservationText} wrote; undefined for anything else. */
export function readReservation(text: string): Reservation | undefined {
  const [, environment, slotText, keyId, period] = pattern.exec(text) ?? [];
  const slot = slotOfText(slotText ?? '');
  if (!isEnvironment(environment) || !slot || !keyId) return undefined;
  if (period === undefined) return { environment, slot, keyId };
  return { environment, slot, keyId, period: Number(period) };
}
