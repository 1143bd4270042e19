import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { propertySeed } from '@tollgate/testkit/properties';

const program = fileURLToPath(new URL('./testing/print-figures.ts', import.meta.url));

/** Zones without whole hours and beyond the date line; locales with other digits, commas and i's. */
const MACHINES = [
  { TZ: 'UTC', LC_ALL: 'C' },
  { TZ: 'Pacific/Apia', LC_ALL: 'tr_TR.UTF-8' },
  { TZ: 'America/St_Johns', LC_ALL: 'ar_EG.UTF-8' },
  { TZ: 'Asia/Kathmandu', LC_ALL: 'de_DE.UTF-8' },
];

test('no figure depends on the zone or the locale of the machine', async () => {
  const seed = `${propertySeed()}`;
  const printed: string[][] = [];
  for (const machine of MACHINES) {
    const env = { ...process.env, ...machine, LANG: machine.LC_ALL };
    const { stdout } = await promisify(execFile)(process.execPath, [program, seed], { env });
    printed.push(stdout.trimEnd().split('\n'));
  }
  // The machines really were different ones.
  expect(new Set(printed.map(([machine]) => machine)).size).toBe(MACHINES.length);
  expect(new Set(printed.map(([, digest]) => digest)).size).toBe(1);
  expect(printed[0]?.[1]).toMatch(/^[0-9a-f]{64}$/);
});
