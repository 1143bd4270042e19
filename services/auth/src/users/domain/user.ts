/** A person, of no tenant. */
export interface User {
  /** `usr_…` */
  readonly userId: string;
  /** Lower case. */
  readonly email: string;
  readonly fullName: string;
  /** PHC text. */
  readonly passwordHash: string;
  /** `pending` while the sign-up has not ended: the address is claimed, and nobody can log in. */
  readonly state: 'pending' | 'active';
}
