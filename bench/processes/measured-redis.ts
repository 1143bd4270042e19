import { Redis } from 'ioredis';
import { ownRedis } from '../../packages/testkit/src/index.ts';

/** How Redis keeps what it is told. */
export const durabilities = ['everysec', 'off'] as const;
/** `everysec`: an append-only file, forced to disk every second, as deployed. */
export type Durability = (typeof durabilities)[number];

/** A Redis that only one contestant uses, so that its processor time is that one's. */
export interface MeasuredRedis extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly version: string;
  /** Keys that it holds. */
  size(): Promise<number>;
}

/** Starts it, empty. */
export async function startMeasuredRedis(durability: Durability): Promise<MeasuredRedis> {
  await using opened = new AsyncDisposableStack();
  const settings = { appendonly: 'yes', appendfsync: 'everysec' };
  const server = opened.use(await ownRedis(durability === 'off' ? {} : settings));
  const client = opened.adopt(new Redis(server.url), (it) => it.disconnect());
  const info = await client.info('server');
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const pid = Number(field('process_id'));
  if (!pid) throw new Error('Redis does not say its process');
  const valkey = field('valkey_version');
  const owned = opened.move();
  return {
    url: server.url,
    pid,
    version: valkey ? `Valkey ${valkey}` : `Redis ${field('redis_version')}`,
    size: () => client.dbsize(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
