/** The answer is no: what the user asked for cannot be done, for a reason that is theirs to change. Exit status 1. */
export class Refusal extends Error {
  constructor(
    message: string,
    /** What to do about it. */
    readonly help: string,
  ) {
    super(message);
  }
}

/** The command could not begin: it was called wrongly, or what it needs is not there. Exit status 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    /** What to do about it. */
    readonly help = 'See arcade-migrate --help.',
  ) {
    super(message);
  }
}
