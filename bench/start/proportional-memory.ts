import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A process and its share of the machine's memory. */
export interface ProcessMemory {
  readonly name: string;
  /** Proportional set size: its own, and of what it shares with others its part. */
  readonly bytes: number;
}

/** A process and everything it started, largest first; undefined where there is no /proc. */
export function proportionalMemory(root: number): ProcessMemory[] | undefined {
  const parents = parentsOfAll();
  if (parents.size === 0) return undefined;
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = parents.get(pid);
    return parent !== undefined && isBelow(parent);
  };
  const measured = [...parents.keys()].filter(isBelow).map((pid) => ({
    name: nameOf(pid),
    bytes: 1_024 * Number(/^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0),
  }));
  return measured.toSorted((a, b) => b.bytes - a.bytes);
}

function parentsOfAll(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const pid of pids()) {
    const stat = read(pid, 'stat');
    const parent = /^\S+ (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 2))?.[1];
    if (parent !== undefined) parents.set(pid, Number(parent));
  }
  return parents;
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The program, and of a Node program its script. */
function nameOf(pid: number): string {
  const [file = '', ...args] = read(pid, 'cmdline').split('\0').filter(Boolean);
  const program = file.includes(': ') ? file.trim() : basename(file);
  const script = args.find((argument) => /\.[cm]?[jt]s$/.test(argument));
  const shown = script?.split('/').slice(-4).join('/');
  return program === 'node' && shown ? shown : program;
}

/** Empty when the process has ended meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
