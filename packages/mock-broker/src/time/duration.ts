import { MockBrokerError } from '../errors.ts';

/** A length of time: milliseconds, or words such as `'250ms'`, `'45s'`, `'15m'`, `'2h'`, `'7d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const words = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;

/** The milliseconds of a duration. @throws MockBrokerError `INVALID_OPTION` */
export function toMs(duration: Duration): number {
  if (typeof duration === 'number' && duration >= 0) return duration;
  const [, amount, unit] = words.exec(String(duration)) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new MockBrokerError(
      'INVALID_OPTION',
      `"${duration}" is no duration: give milliseconds from 0 on, or a number with ms, s, m, h or d, such as '45s'.`,
      { duration: String(duration) },
    );
  }
  return Number(amount) * (unitMs[unit] ?? 0);
}
