/** A frame as its kind's function takes it. */
export interface Frame {
  readonly flags: number;
  readonly streamId: number;
  /** A view of what was received, valid only now. */
  readonly payload: Buffer;
}
