import { randomUUID } from 'node:crypto';
import type { Log } from '@tollgate/runtime/service';
import type { Decision } from './decide.ts';
import type { AdmitQuestion } from './read-question.ts';
import { warmCode } from './recognised/warm-code.ts';

/** Enough for the way to Redis to be compiled, and for the script to be known there. */
const decisionsToWarm = 50;

/**
 * Decides a few calls that nobody made, before the gate says that it is ready: the first decision
 * of a process takes longer than Envoy waits. They are of an anonymous address that no client can
 * have, counted nowhere. Without Redis the gate starts cold, and says so.
 */
export async function warmUp(
  decide: (question: AdmitQuestion) => Promise<Decision>,
  log: Log,
): Promise<void> {
  warmCode();
  for (let made = 0; made < decisionsToWarm; made += 1) {
    try {
      const requestId = `warm-up-${randomUUID()}`;
      await decide({ kind: 'api', environment: 'test', address: 'warm-up', requestId });
    } catch (error) {
      log.warn({ error }, 'the gate starts without having decided anything');
      return;
    }
  }
}
