/** The form in which addresses are stored and compared: two that differ in case only are one. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}
