/**
 * The seed of random tests. It is the same in every run, so that a failure is the fault of the change at hand; look for new ones
 * with another: `ARCADE_TEST_SEED=7 npm test -- random property`.
 */
export const seed = Number(process.env.ARCADE_TEST_SEED ?? 20);
