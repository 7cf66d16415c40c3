import { configError } from './errors.ts';

/** A duration: milliseconds, or a number with a unit. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** An amount of bytes: a number, or a number with a binary unit. */
export type Size = number | `${number} ${'B' | 'KiB' | 'MiB' | 'GiB'}`;

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const bytes: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function parse(value: number | string, units: Readonly<Record<string, number>>, option: string): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && value >= 0) return value;
  } else {
    const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(value);
    const unit = units[match?.[2] ?? ''];
    if (match?.[1] !== undefined && unit !== undefined) return Number(match[1]) * unit;
  }
  throw configError(
    option,
    `${JSON.stringify(value)} is not understood. Use a number ≥ 0 or one with a unit: ${Object.keys(units).join(', ')}.`,
  );
}

/**
 * Milliseconds of a {@link Duration}. Throws `config-invalid`, naming `option`, for anything else.
 *
 * @example
 * ```ts
 * import { parseDuration } from '@eventstream/core';
 *
 * console.assert(parseDuration('10m', 'retry') === 600_000);
 * ```
 */
export function parseDuration(value: Duration, option: string): number {
  return parse(value, milliseconds, option);
}

/** Bytes of a {@link Size}. Throws `config-invalid`, naming `option`, for anything else. */
export function parseSize(value: Size, option: string): number {
  return parse(value, bytes, option);
}
