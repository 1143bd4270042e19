import type { Program } from './programs.ts';

/** What every server that keeps data is started with. */
export interface StartOptions {
  readonly program: Pick<Program, 'file' | 'version'>;
  /** Data; made if missing, given to the servers' user. */
  readonly folder: string;
  readonly logFile: string;
  /** Default: a free one. */
  readonly port?: number;
}
