import { type Environment, isEnvironment } from '@tollgate/api/words';
import { type Slot, slotOfText } from './slot.ts';

/** Where one admitted call was counted. Its text travels with the call and finds the counter again. */
export interface Reservation {
  readonly environment: Environment;
  readonly slot: Slot;
  /** `key_…`, or `usr_…` for a call with a user's token. */
  readonly keyId: string;
}

const pattern = /^(test|live)\|([^|]{1,16})\|([A-Za-z0-9_-]{1,64})$/;

/** `live|2026-11-21T01:15|key_…`; on the hour `live|2026-11-21T01|key_…`. */
export function reservationText({ environment, slot, keyId }: Reservation): string {
  return `${environment}|${slot.text}|${keyId}`;
}

/** Reads what {@link reservationText} wrote; undefined for anything else. */
export function readReservation(text: string): Reservation | undefined {
  const [, environment, slotText, keyId] = pattern.exec(text) ?? [];
  const slot = slotOfText(slotText ?? '');
  if (!isEnvironment(environment) || !slot || !keyId) return undefined;
  return { environment, slot, keyId };
}
