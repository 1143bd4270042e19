import { Stryker } from '@stryker-mutator/core';

/**
 * What `npm run mutate -- <package> [file …]` does: changes the source of a pure package in every
 * way the mutation tester knows, runs the package's own tests against each change, and prints the
 * changes that no test noticed. Exits 1 below the lowest score.
 */
const PACKAGES = ['money', 'periods', 'rating'];

/** Percent of the changes that the tests must notice. */
const LOWEST_SCORE = 95;

const [name = '', ...files] = process.argv.slice(2);
if (!PACKAGES.includes(name)) {
  console.error(`mutate: name a package: ${PACKAGES.join(', ')}`);
  process.exit(2);
}
const source = `packages/${name}/src`;
const everything = [`${source}/**/*.ts`, `!${source}/**/*.test.ts`, `!${source}/testing/**`];

// The same values at each run, and few of them: each is tried on hundreds of changes.
process.env.TOLLGATE_PROPERTY_SEED ??= '1';
process.env.TOLLGATE_PROPERTY_RUNS ??= '10';
process.env.TOLLGATE_MUTATED_PACKAGE = name;

await new Stryker({
  mutate: files.length > 0 ? files : everything,
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { configFile: 'scripts/mutate/jest.config.js', enableFindRelatedTests: false },
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.TOLLGATE_MUTATION_PROCESSES ?? 2),
  // Jest keeps the modules of each run in memory.
  maxTestRunnerReuse: 60,
  // Endless loops are stopped by their hits; a busy machine must not pass for one.
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 15,
  // Copied before it is changed: the package and this folder, nothing else.
  ignorePatterns: ['/*', '!/package.json', ...only('packages', name), ...only('scripts', 'mutate')],
  tempDirName: `.tollgate/mutation/${name}`,
  // Types are stripped, not compiled: what does not type-check still runs.
  tsconfigFile: 'none.json',
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `.tollgate/mutation-${name}.json` },
  thresholds: { high: 100, low: LOWEST_SCORE, break: LOWEST_SCORE },
}).runMutationTest();

function only(folder: string, inside: string): string[] {
  return [`!/${folder}`, `/${folder}/*`, `!/${folder}/${inside}`];
}
