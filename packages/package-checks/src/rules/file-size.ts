/** Above this many lines nobody finds a line in two guesses. */
export const ceiling = 350;

/** Tables of data, where length is no complexity: each with its reason. */
export const longFiles: Readonly<Record<string, string>> = {};
