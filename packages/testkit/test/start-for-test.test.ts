import { expect, test } from '@jest/globals';
import { startForTest } from '../src/index.ts';

test('a setting that the process does not read is refused by name', async () => {
  const settings = { TOLLGATE_LOGIN_LIMIT: '3' };
  await expect(startForTest('tenant', { settings })).rejects.toThrow(
    'Nobody reads TOLLGATE_LOGIN_LIMIT.',
  );
});
