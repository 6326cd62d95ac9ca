import { execFile } from 'node:child_process';

/** The result of a program. */
export interface Outcome {
  /** Its exit status; null if a signal ended it or it could not be started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The user to run as. Only root can choose another one. */
  readonly uid?: number;
  readonly gid?: number;
  readonly timeoutSeconds?: number;
  /** Kills the program at once, with SIGKILL, when it is aborted. */
  readonly killedBy?: AbortSignal;
}

/** Runs a program to its end, without a shell, and never throws: a program that cannot be started has status null. */
export function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  const { timeoutSeconds = 120, env, killedBy, ...rest } = options;
  const settings = {
    ...rest,
    env: { ...process.env, ...env },
    encoding: 'utf8' as const,
    maxBuffer: 256 * 1024 * 1024,
    timeout: timeoutSeconds * 1000,
    killSignal: 'SIGKILL' as const,
    ...(killedBy && { signal: killedBy }),
  };
  return new Promise((resolve) => {
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error === null) return resolve({ status: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ status: error.code, stdout, stderr });
      const why = error.killed === true ? `${program} took longer than ${timeoutSeconds} s` : error.message;
      resolve({ status: null, stdout, stderr: `${stderr}${why}\n` });
    });
  });
}

/** The same, for a program that must succeed. Throws with its output if it does not. */
export async function runOrThrow(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  const outcome = await run(program, args, options);
  if (outcome.status === 0) return outcome;
  throw new Error(
    `${program} ${args.join(' ')}\nended with status ${outcome.status}\n${outcome.stdout}${outcome.stderr}`,
  );
}
