import { NumberReader } from '../counters/packed.ts';
import type { Batch } from './batch.ts';
import type { Caller } from './caller.ts';
import type { Decided } from './decided.ts';

/** Most limits of a caller: those of a plan, and the key's own. */
const limitsMax = 16;

const numbers = new NumberReader();
/** One for all decisions; whoever is told one reads it at once. */
const decided: Decided = {
  verdict: 'refused',
  list: undefined as never,
  nowUs: 0,
  slot: 0,
  period: 0,
  numbers: new Float64Array(2 * limitsMax),
};

/** What is told about a batch that was not decided: nothing was done. */
export type Reply = 'decided' | 'tooLate' | 'otherPeriod';

const replies = ['decided', 'tooLate', 'otherPeriod'] as const;

/** Who is told what `decide.lua` says. */
export interface ReplyListener {
  /** First of all, the present by Redis' clock, in microseconds. */
  onTime(nowUs: number): void;
  /** A call, by its place in the batch. The decision is valid until this returns. */
  onCall(place: number, decided: Decided): void;
  /** A call whose account lives in another window than was asked for: the one of this time. */
  onOtherWindow(place: number, timeUs: number): void;
}

/** Reads what the script has packed about a batch. @throws Error when it does not fit. */
export function decodeReply(
  raw: unknown,
  batch: Batch,
  order: readonly number[],
  { period, listener }: { period: number; listener: ReplyListener },
): Reply {
  if (!Buffer.isBuffer(raw)) throw new Error('the script answered something else than bytes');
  numbers.open(raw);
  const reply = replies[numbers.next()];
  if (reply === undefined) throw new Error('the script answered something else');
  const nowUs = numbers.next();
  listener.onTime(nowUs);
  if (reply !== 'decided') return reply;
  const presentSlot = numbers.next();
  decided.nowUs = nowUs;
  decided.period = period;
  for (const place of order) {
    const code = numbers.next();
    if (code === 4) {
      listener.onOtherWindow(place, numbers.next());
      continue;
    }
    decided.list = (batch.callers[place] as Caller).list;
    readCall(code, presentSlot);
    listener.onCall(place, decided);
  }
  numbers.end();
  return reply;
}

function readCall(code: number, presentSlot: number): void {
  switch (code) {
    case 0:
      decided.verdict = 'refused';
      break;
    case 1:
      decided.verdict = 'charged';
      decided.slot = presentSlot;
      break;
    case 2:
      decided.verdict = 'repeated';
      break;
    case 3:
      decided.verdict = 'incomplete';
      return;
    case 5:
      decided.verdict = 'charged';
      decided.slot = numbers.next();
      break;
    default:
      throw new Error(`unknown verdict ${code}`);
  }
  const { answerSize } = decided.list;
  for (let at = 0; at < answerSize; at += 1) decided.numbers[at] = numbers.next();
}
