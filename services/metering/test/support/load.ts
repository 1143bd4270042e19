import { randomUUID } from 'node:crypto';
import type { TenantId } from '@tollgate/api';
import { eventually } from '@tollgate/testkit';
import type { GateAnswer, GateClient } from './gate-client.ts';

/** What became of a call. */
export interface Heard {
  readonly rid: string;
  readonly tenant: TenantId;
  /** When it was asked first, by the process' clock. */
  readonly askedMs: number;
  /** `unknown`: no gate has said whether it may pass. */
  readonly said: 'OK' | 'OVER_LIMIT' | 'unknown';
}

/** How a load behaves. */
export interface LoadOptions {
  readonly tenants: readonly TenantId[];
  /** The gates of the moment: they are looked up before each question. */
  readonly gates: () => readonly GateClient[];
  /** Whether a call that heard nothing asks the next gate, with the same id, until it is decided. */
  readonly isPatient: boolean;
}

/** Callers of many tenants who ask as fast as they are answered. */
export interface Load extends AsyncDisposable {
  /** Answers when this many calls more have passed. */
  pass(calls: number): Promise<void>;
  /** Answers when each of the tenants has been refused. */
  refused(tenants: readonly TenantId[]): Promise<void>;
  /** Ends it, and tells of every call. */
  stop(): Promise<readonly Heard[]>;
}

const callers = 48;
const patienceMs = 30_000;

/** Starts it; it goes on until it is stopped. */
export function startLoad(options: LoadOptions): Load {
  const heard: Heard[] = [];
  let isOn = true;
  async function call(caller: number): Promise<void> {
    for (let turn = 0; isOn; turn += 1) {
      const tenant = options.tenants[(caller + turn) % options.tenants.length];
      if (!tenant) throw new Error('a load needs tenants');
      const askedMs = performance.now();
      const rid = randomUUID();
      const said = await ask(options, { tenant, key: `key_${caller}`, rid }, turn);
      heard.push({ rid, tenant, askedMs, said });
    }
  }
  const running = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  const passed = () => heard.filter(({ said }) => said === 'OK').length;
  return {
    async pass(calls) {
      const enough = passed() + calls;
      await eventually({ withinMs: patienceMs }, async () => passed() >= enough);
    },
    async refused(tenants) {
      const isRefused = (one: TenantId) =>
        heard.some(({ tenant, said }) => tenant === one && said === 'OVER_LIMIT');
      await eventually({ withinMs: patienceMs }, async () => tenants.every(isRefused));
    },
    async stop() {
      isOn = false;
      await running;
      return heard;
    },
    async [Symbol.asyncDispose]() {
      isOn = false;
      await running.catch(() => undefined);
    },
  };
}

type Call = Readonly<Record<'tenant' | 'key' | 'rid', string>>;

async function ask(
  { gates, isPatient }: LoadOptions,
  call: Call,
  turn: number,
): Promise<Heard['said']> {
  const untilMs = performance.now() + patienceMs;
  for (let attempt = 0; attempt === 0 || isPatient; attempt += 1) {
    const all = gates();
    const said = saidBy(await all[(turn + attempt) % all.length]?.admit(call));
    if (said !== 'unknown') return said;
    if (performance.now() > untilMs) throw new Error('no gate decides');
  }
  return 'unknown';
}

/** UNAVAILABLE, DEADLINE_EXCEEDED and CANCELLED say nothing of what was charged. */
function saidBy(answer: GateAnswer | undefined): Heard['said'] {
  if (answer?.code === 'OK' || answer?.code === 'OVER_LIMIT') return answer.code;
  if (answer?.code === 14 || answer?.code === 4 || answer?.code === 1) return 'unknown';
  throw new Error(`a gate answered ${answer?.code}`);
}
