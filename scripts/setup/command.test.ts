import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkoutFolder } from '@tollgate/servers';
import { commandFor } from './command.mjs';

const node = '/pinned/node';

test('a script is run by the pinned Node, options of Node before it', () => {
  expect(commandFor(['--cpu-prof', 'scripts/start.ts', '--flag'], node)).toEqual({
    file: node,
    args: ['--cpu-prof', 'scripts/start.ts', '--flag'],
  });
});

test('a program of node_modules that is a script is run by the pinned Node', () => {
  const file = realpathSync(join(checkoutFolder, 'node_modules/.bin/jest'));
  expect(commandFor(['--experimental-vm-modules', 'jest', 'a'], node)).toEqual({
    file: node,
    args: ['--experimental-vm-modules', file, 'a'],
  });
});

test('a program that is none is named', () => {
  expect(() => commandFor(['no-such-program'], node)).toThrow(/no-such-program/);
});
