const { TestEnvironment } = require('jest-environment-node');

/** Skips what follows a failed test: one test that notices a change is enough. */
module.exports = class StopAtFailure extends TestEnvironment {
  hasFailed = false;

  /** @param {{ name: string, test: { errors: unknown[], mode?: string } }} event */
  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.hasFailed = true;
    if (name === 'test_start' && this.hasFailed) test.mode = 'skip';
  }
};
