/** How the gateway asks Tollgate about a call. */
export interface Form {
  readonly name: string;
  /** A path of the gateway's whose calls it decides so. */
  readonly path: string;
}

/** All forms there are, the reference first. */
export const forms: readonly [Form, ...Form[]] = [{ name: 'two calls', path: '/v1/widgets' }];
