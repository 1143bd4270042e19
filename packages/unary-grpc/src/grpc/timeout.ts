const unitMs = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 } as const;

/**
 * Reads `grpc-timeout`: at most eight digits and a unit, in milliseconds. Undefined when it is none.
 */
export function readTimeout(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  if (!digits || !unit) return undefined;
  return Number(digits) * unitMs[unit as keyof typeof unitMs];
}
