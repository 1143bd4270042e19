/** What stands under a tenant's epoch in Redis. */
export interface EpochMarker {
  /** The run of the server in which the counters were last complete. */
  readonly run: string;
  readonly epoch: bigint;
}

/** Reads `<run id>|<epoch>`; undefined when the tenant has no counters in Redis. */
export function readEpochMarker(text: string | null | undefined): EpochMarker | undefined {
  const [, run, epoch] = /^([^|]+)\|(\d+)$/.exec(text ?? '') ?? [];
  return run && epoch ? { run, epoch: BigInt(epoch) } : undefined;
}
