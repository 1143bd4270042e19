import { expect, test } from '@jest/globals';
import { pinnedVersion } from './ratelimit-program.ts';

test('the version is the one that go.mod pins, alone or in a list', () => {
  const module = 'github.com/envoyproxy/ratelimit';
  expect(pinnedVersion(`tool x\n\nrequire ${module} v1.2.3\n`)).toBe('v1.2.3');
  expect(pinnedVersion(`require (\n\tother v1\n\t${module} v1.2.4-0.2 // indirect\n)\n`)).toBe(
    'v1.2.4-0.2',
  );
  expect(() => pinnedVersion(`tool ${module}/src/service_cmd\n`)).toThrow('does not pin');
});
