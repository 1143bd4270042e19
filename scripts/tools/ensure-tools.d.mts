/** A program for tests and measurements, built from Go modules that the repository pins. */
export type ToolName = 'h2spec' | 'ratelimit' | 'grpc-client' | 'contract-client';

interface Options {
  /** State folder; default: the one `npm start` uses. */
  home?: string;
  log?: (line: string) => void;
}

/** The program files of the named tools, built where they are not there yet. */
export function ensureTools<Name extends ToolName>(
  names: Name[],
  options?: Options,
): Promise<Record<Name, string>>;

/** One tool's program file. */
export function ensureTool(name: ToolName, options?: Options): Promise<string>;
