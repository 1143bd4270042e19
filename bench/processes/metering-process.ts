import {
  type MeteringProcessOptions,
  type MeteringProcess as StartedProcess,
  startMeteringProcess,
} from '../../packages/testkit/src/index.ts';
import { createGcPauses, gcOption } from '../cost/gc-pauses.ts';

/** A process of Metering whose pauses are known. */
export interface MeteringProcess extends StartedProcess {
  /** How long it stood still for its garbage since the last call, each time, in milliseconds. */
  takePausesMs(): number[];
}

/** How it is started. */
export type MeteringOptions = Pick<MeteringProcessOptions, 'servers' | 'tree' | 'settings'>;

/** Starts a gate or a recorder (which saves counters), and answers when it is ready. */
export async function startMeasuredProcess(
  kind: 'gate' | 'recorder',
  options: MeteringOptions,
): Promise<MeteringProcess> {
  const pauses = createGcPauses();
  const started = await startMeteringProcess(kind, {
    ...options,
    nodeOptions: [gcOption],
    onLine: pauses.read,
  });
  return { ...started, takePausesMs: pauses.take };
}
