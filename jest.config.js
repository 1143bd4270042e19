/** Real servers are started once for all projects; each test file makes its own database and system. */
const shared = {
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  // State of the launcher and copies made by the mutation tester.
  modulePathIgnorePatterns: ['<rootDir>/.tollgate/'],
};

/** A folder `test` holds what needs servers, or tools that are built: the project `system`. */
export default {
  // Jest takes it here only; in a project it would be ignored.
  testTimeout: 120_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{packages,services}/**/src/**/*.test.ts',
        '<rootDir>/{scripts,bench}/**/*.test.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/scripts/.*/test/'],
    },
    {
      ...shared,
      displayName: 'system',
      testMatch: [
        '<rootDir>/{packages,services}/*/test/**/*.test.ts',
        '<rootDir>/test/**/*.test.ts',
        '<rootDir>/scripts/**/test/*.test.ts',
      ],
      globalSetup: '<rootDir>/packages/testkit/src/servers/global-setup.ts',
      globalTeardown: '<rootDir>/packages/testkit/src/servers/global-teardown.ts',
    },
  ],
};
