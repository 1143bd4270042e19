import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSettings, type SettingDescription } from '@tollgate/runtime/config';
import { readCommonConfig } from '@tollgate/runtime/service';
import { checkoutFolder } from '@tollgate/servers';
import { type ProcessKind, processKinds } from '@tollgate/system';
import { launcherSettings } from './start/launcher-settings.ts';

/** READMEs with a table of settings between the two marks, and where the settings come from. */
const TABLES: (readonly [path: string, read: () => Promise<SettingDescription[]>])[] = [
  ['README.md', async () => [...launcherSettings]],
  ...processKinds.map((kind) => [kind.readme, () => settingsOf(kind)] as const),
];
const BEGIN = '<!-- settings: written by `npm run generate` -->';
const END = '<!-- end of settings -->';

async function settingsOf({ service, config }: ProcessKind): Promise<SettingDescription[]> {
  const { readConfig } = await import(join(checkoutFolder, config));
  const common = describeSettings((settings) => readCommonConfig(settings, service));
  return [...describeSettings(readConfig), ...common];
}

function tableOf(settings: SettingDescription[]): string {
  const rows = settings.map(({ name, description, ...setting }) => {
    const fallback = setting.default === undefined ? 'required' : `\`${setting.default}\``;
    return `| \`${name}\`${setting.secret ? ' (secret)' : ''} | ${fallback} | ${description} |`;
  });
  return ['| setting | default | effect |', '|---|---|---|', ...rows].join('\n');
}

const isCheck = process.argv.includes('--check');
for (const [path, read] of TABLES) {
  const text = readFileSync(path, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`${path} has no table of settings between ${BEGIN} and ${END}`);
  }
  const wanted = `${before}${BEGIN}\n\n${tableOf(await read())}\n\n${END}${after}`;
  if (wanted === text) continue;
  if (isCheck) {
    console.error(`${path}: the table of settings is not what the code reads: npm run generate`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, wanted);
  }
}
