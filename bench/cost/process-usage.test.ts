import { expect, test } from '@jest/globals';
import { cpuSecondsIn, residentBytesIn, usageOf } from './process-usage.ts';

const rest = '0 0 0 20 0 11 0 12345 1000000 2500 18446744073709551615 0 0';

test('processor time is user and system time, whatever the process is called', () => {
  const fields = `S 1 42 42 0 -1 4194560 1000 0 0 0 1234 66 ${rest}`;
  expect(cpuSecondsIn(`42 (redis-server) ${fields}`)).toBe(13);
  expect(cpuSecondsIn(`42 (a (strange) name) ${fields}`)).toBe(13);
});

test('a text that says no processor time is refused', () => {
  expect(() => cpuSecondsIn('42 (x) S 1 2')).toThrow('/proc/PID/stat');
});

test('resident memory is what the process holds now, in bytes', () => {
  expect(residentBytesIn('VmHWM:\t    9000 kB\nVmRSS:\t    2048 kB\n')).toBe(2_097_152);
  expect(() => residentBytesIn('Name:\tkthreadd\n')).toThrow('/proc/PID/status');
});

test('the usage of several processes is their sum', () => {
  const [one, two] = [usageOf([process.pid]), usageOf([process.pid, process.pid])];
  expect(two.cpuSeconds).toBeGreaterThanOrEqual(2 * one.cpuSeconds);
  expect(two.residentBytes).toBeGreaterThan(1.5 * one.residentBytes);
});
