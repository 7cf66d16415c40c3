/** A seeded generator of whole numbers below a bound, so that bad weather can be had again. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The seeds to run: more of them through `WEATHER_SEEDS=1,2,3`. */
export function weatherSeeds(byDefault: readonly number[]): readonly number[] {
  const given = process.env['WEATHER_SEEDS'];
  return given === undefined ? byDefault : given.split(',').map(Number);
}
