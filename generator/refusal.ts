/** The command refuses, for a reason that the user can change. Exit status 1. */
export class Refusal extends Error {
  constructor(
    message: string,
    /** What to do about it. */
    readonly help: string,
  ) {
    super(message);
  }
}

/** The command could not start: the usage was wrong, or something that it needs is missing. Exit status 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    /** What to do about it. */
    readonly help = 'See arcade-migrate --help.',
  ) {
    super(message);
  }
}
