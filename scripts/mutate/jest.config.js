import { join } from 'node:path';

/** Jest as the mutation tester starts it. */
export default {
  rootDir: '../..',
  roots: ['<rootDir>/packages', '<rootDir>/scripts/mutate'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: join(import.meta.dirname, 'stop-at-failure.cjs'),
  testMatch: ['<rootDir>/scripts/mutate/whole-package.js'],
};
