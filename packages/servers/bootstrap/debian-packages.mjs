import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, runCommand } from './run-command.mjs';

/** Whether this is a machine whose packages we can fetch: Debian, Ubuntu and their kin. */
export function hasDebianPackages() {
  return ['apt-get', 'dpkg'].every((tool) => !spawnSync(tool, ['--version']).error);
}

/**
 * Downloads distribution packages, with those they need and the machine lacks, and unpacks them
 * into `folder`/root. Works without root and touches nothing outside `folder`; apt checks
 * signatures with the machine's own keys and mirrors. Answers the unpacked root.
 * @param {string[]} names
 * @param {string} folder
 */
export async function unpackDebianPackages(names, folder) {
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'deb', 'root']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const apt = (/** @type {string[]} */ ...args) =>
    runCommand('apt-get', [...ownFolders(folder), ...args], {
      cwd: join(folder, 'deb'),
      env: { ...cleanEnvironment(), LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
  await apt('update', '-qq');
  const plan = await apt('install', '-s', '--no-install-recommends', ...names);
  const wanted = Array.from(plan.matchAll(/^Inst (\S+)/gm), ([, name = '']) => name);
  // A package already installed is not in the plan, yet asked for: fetch it by name.
  await apt('download', '-qq', ...(wanted.length > 0 ? wanted : names));
  for (const file of readdirSync(join(folder, 'deb')).filter((name) => name.endsWith('.deb'))) {
    await runCommand('dpkg', ['-x', join(folder, 'deb', file), join(folder, 'root')]);
  }
  return join(folder, 'root');
}

/**
 * The folders below an unpacked root that hold shared libraries.
 * @param {string} root
 */
export function libraryFolders(root) {
  const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  return [join(root, 'usr/lib', triplet), join(root, 'lib', triplet)];
}

/** @param {string} folder */
function ownFolders(folder) {
  const settings = [
    `Dir::State=${join(folder, 'state')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=',
  ];
  return settings.flatMap((setting) => ['-o', setting]);
}
