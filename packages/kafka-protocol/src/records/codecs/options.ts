/** How far a codec trusts what it is given. */
export interface CodecOptions {
  /**
   * The most bytes one call of `decompress` may give: a few bytes can stand for gigabytes. Default: 128 MiB.
   */
  readonly maxBytes?: number;
}

export const DEFAULT_MAX_BYTES = 128 * 1024 * 1024;
