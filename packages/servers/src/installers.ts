/** Says one line about what is going on. */
export type LogLine = (line: string) => void;

/** Runs pip with these arguments and answers its standard output. */
export type RunPip = (args: string[]) => Promise<string>;

/** Runs Go with these arguments in `cwd`; what it installs goes to `bin`. */
export type RunGo = (args: string[], options: { cwd: string; bin: string }) => Promise<string>;

/** The clients that programs are installed with, each opened on first use. */
export interface Installers {
  /** The folder with the lock files of the servers and of the Go toolchain. */
  readonly lockFolder: string;
  readonly pip: RunPip;
  readonly go: RunGo;
}

/** A program that is installed into the state folder, and what pins it. */
export interface PinnedProgram {
  readonly name: string;
  /** For people, as in `Installing <title>`. */
  readonly title: string;
  /** Which client installs it and what that takes, for people: `pip, 37 MB`. */
  readonly by: string;
  /** Files whose content decides the version: other content installs anew. */
  readonly pins: readonly string[];
  /** Leaves everything in `folder`, which is new and empty. */
  install(folder: string, installers: Installers): Promise<unknown>;
}
