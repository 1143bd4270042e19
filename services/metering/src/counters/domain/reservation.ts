import { type Environment, isEnvironment } from '@tollgate/api/words';
import { type Hour, hourOfText } from './hour.ts';

/** Where one admitted call was counted. Its text travels with the call and finds the counter again. */
export interface Reservation {
  readonly environment: Environment;
  readonly hour: Hour;
  /** `key_…`, or `usr_…` for a call with a user's token. */
  readonly keyId: string;
}

const pattern = /^(test|live)\|(\d{4}-\d{2}-\d{2}T\d{2})\|([A-Za-z0-9_-]{1,64})$/;

/** `live|2026-11-21T01|key_…`. */
export function reservationText({ environment, hour, keyId }: Reservation): string {
  return `${environment}|${hour.text}|${keyId}`;
}

/** Reads what {@link reservationText} wrote; undefined for anything else. */
export function readReservation(text: string): Reservation | undefined {
  const [, environment, hourText, keyId] = pattern.exec(text) ?? [];
  const hour = hourOfText(hourText ?? '');
  if (!isEnvironment(environment) || !hour || !keyId) return undefined;
  return { environment, hour, keyId };
}
