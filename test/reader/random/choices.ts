/** Draws the styles that a model is printed in from a row of random numbers, which fast-check can shrink. */
export interface Choices {
  /** One of several. */
  pick<Option>(...options: readonly Option[]): Option;
}

export function choicesFrom(numbers: readonly number[]): Choices {
  let at = 0;
  return {
    pick(...options) {
      const number = numbers[at % Math.max(1, numbers.length)] ?? 0;
      at += 1;
      const option = options[number % options.length];
      if (option === undefined) throw new Error('nothing to pick from');
      return option;
    },
  };
}
