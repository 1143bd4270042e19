import { cpus } from 'node:os';
import { hash as hashByAddOn } from '@node-rs/argon2';
import { createPasswordHasher } from '../services/auth/src/users/password-hasher.ts';
import { median } from './figures/statistics.ts';
import { printTable } from './figures/table.ts';

/**
 * What a password's hash costs by Node's own Argon2, as Auth makes it, and by the add-on that did it
 * before: one after the other in each round, so that both meet the same machine. Printed are the
 * medians, of a hash's time and of what it takes of a processor, and of the rounds' ratios.
 * `npm run bench:passwords`; takes some seconds.
 */
const rounds = 40;
const warmUp = 5;
const password = 'correct horse battery';
const ours = await createPasswordHasher(1);
/** The same work: checked below by what each says of itself. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const kinds: Readonly<Record<string, () => Promise<string>>> = {
  'node:crypto': () => ours.hash(password),
  '@node-rs/argon2': () => hashByAddOn(password, cost),
};

interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function spend(hash: () => Promise<string>): Promise<Spent> {
  const [startMs, before] = [performance.now(), process.cpuUsage()];
  await hash();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1_000 };
}

const parameters = await Promise.all(
  Object.values(kinds).map(async (hash) => (await hash()).split('$')[3]),
);
if (new Set(parameters).size !== 1) throw new Error(`Not the same work: ${parameters.join(' ')}`);

const spent = new Map(Object.keys(kinds).map((name) => [name, [] as Spent[]]));
for (let round = 0; round < warmUp + rounds; round += 1) {
  for (const [name, hash] of Object.entries(kinds)) {
    const one = await spend(hash);
    if (round >= warmUp) spent.get(name)?.push(one);
  }
}

const [own = [], addOn = []] = spent.values();
const ratios = (of: (one: Spent) => number) =>
  median(own.map((one, at) => of(one) / of(addOn[at] ?? one))).toFixed(1);
const medians = (of: (one: Spent) => number) =>
  [own, addOn].map((all) => `${median(all.map(of)).toFixed(1)} ms`);
const { node, openssl } = process.versions;
console.log(`Argon2id ${parameters[0]}, Node ${node}, OpenSSL ${openssl}`);
console.log(`${cpus().length} cores (${cpus()[0]?.model}), ${rounds} rounds`);
printTable(
  ['a hash', ...Object.keys(kinds), 'ratio'],
  [
    ['time', ...medians(({ wallMs }) => wallMs), ratios(({ wallMs }) => wallMs)],
    ['of a processor', ...medians(({ cpuMs }) => cpuMs), ratios(({ cpuMs }) => cpuMs)],
  ],
);
