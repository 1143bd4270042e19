import { Stryker } from '@stryker-mutator/core';

/**
 * What `npm run mutate -- <package> [file …]` does: changes the source of a pure package in every
 * way the mutation tester knows, runs the package's own tests against each change, and prints the
 * changes that no test noticed. Exits 1 below the score in `docs/mutation.md`.
 */
const PACKAGES = ['money', 'periods', 'rating'];
const LOWEST_SCORE = 95;

const [name = '', ...files] = process.argv.slice(2);
if (!PACKAGES.includes(name)) {
  console.error(`mutate: name a package: ${PACKAGES.join(', ')}`);
  process.exit(2);
}
const source = `packages/${name}/src`;

// The same values at each run, and few enough of them: thousands of changes are tried.
process.env.TOLLGATE_PROPERTY_SEED ??= '1';
process.env.TOLLGATE_PROPERTY_RUNS ??= '25';
process.env.TOLLGATE_MUTATED_PACKAGE = name;

await new Stryker({
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  plugins: ['@stryker-mutator/jest-runner'],
  jest: {
    configFile: 'scripts/mutate/jest.config.js',
    enableFindRelatedTests: false,
  },
  mutate:
    files.length > 0
      ? files
      : [`${source}/**/*.ts`, `!${source}/**/*.test.ts`, `!${source}/testing/**`],
  ignorePatterns: [
    '/*',
    '!/packages',
    '/packages/*',
    `!/packages/${name}`,
    '!/scripts',
    '/scripts/*',
    '!/scripts/mutate',
    '!/package.json',
  ],
  tempDirName: '.tollgate/mutation',
  tsconfigFile: 'tsconfig.none.json',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 3000,
  disableTypeChecks: false,
  allowEmpty: false,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `.tollgate/mutation-${name}.json` },
  thresholds: { high: 100, low: LOWEST_SCORE, break: LOWEST_SCORE },
}).runMutationTest();
