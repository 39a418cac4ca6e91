/** Changes when the same seed gives other bits (`docs/numerics.md`); checkpoints and run records carry it. */
export const numericVersion = 1;

/** Version of the package, as in package.json. */
export const packageVersion = '0.2.0';
