/** Numbers, durations and dates as the site writes them: with a unit, and never with more digits than the interval allows. */

/** Bounds are null where nobody knows them. */
export interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A number ready to be set: figures, uncertainty and unit apart, so that a column can align them. */
export interface Measure {
  readonly text: string;
  readonly plus: string | null;
  readonly unit: string;
}

const MINUS = '\u2212';
export const NARROW_SPACE = '\u202f';

/** Making one takes longer than using it a hundred times. */
const writers = new Map<number, Intl.NumberFormat>();

const writer = (digits: number): Intl.NumberFormat => {
  const known = writers.get(digits);
  if (known) return known;
  const made = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  writers.set(digits, made);
  return made;
};

/** A value that rounds to zero has no sign. */
const NEGATIVE_ZERO = /^-(0(?:\.0+)?)$/;

const fixed = (value: number, digits: number): string =>
  writer(digits).format(value).replace(NEGATIVE_ZERO, '$1').replace(/^-/, MINUS);

export const formatFixed = fixed;

export const formatSigned = (value: number, digits: number): string => {
  const text = fixed(value, digits);
  return text.startsWith(MINUS) || Number(text.replace(/,/g, '')) === 0 ? text : `+${text}`;
};

/** Half the width of the interval, at its wider side; 0 where it is unknown. */
export const halfWidth = ({ value, low, high }: Interval): number =>
  Math.max((high ?? value) - value, value - (low ?? value), 0);

/**
 * Decimals that an uncertainty leaves meaningful, at most `digits`: the place of its first significant figure, or of
 * its second if the first is a 1 (1.2 written as 1 would be off by a fifth). 0.31 -> 1, 0.12 -> 2, 0.096 -> 2, 23 -> 0.
 */
export const decimalsFor = (half: number, digits: number): number => {
  if (!(half > 0)) return digits;
  const [figures = '', power = '0'] = half.toExponential(1).split('e');
  return Math.min(digits, Math.max(0, -Number(power) + (figures.startsWith('1') ? 1 : 0)));
};

const uncertainty = (half: number, decimals: number): string => {
  const least = 10 ** -decimals;
  return half < least / 2 ? `<${fixed(least, decimals)}` : fixed(half, decimals);
};

/** `92.4 ± 0.3 %`; without an interval (one seed and no spread, or a paper) the descriptor's digits are shown alone. */
export const measure = (
  interval: Interval,
  { digits, unit, signed = false }: { digits: number; unit: string; signed?: boolean },
): Measure => {
  const half = halfWidth(interval);
  const decimals = decimalsFor(half, digits);
  const write = signed ? formatSigned : fixed;
  return { text: write(interval.value, decimals), plus: half > 0 ? uncertainty(half, decimals) : null, unit };
};

export const measureText = ({ text, plus, unit }: Measure): string =>
  [text, ...(plus === null ? [] : [`± ${plus}`]), ...(unit ? [unit] : [])].join(' ');

export interface Scale {
  readonly divisor: number;
  readonly unit: string;
  readonly digits: number;
}

const STEPS = [
  { divisor: 1e12, unit: 'T' },
  { divisor: 1e9, unit: 'G' },
  { divisor: 1e6, unit: 'M' },
  { divisor: 1e3, unit: 'k' },
  { divisor: 1, unit: '' },
] as const;

/** One scale for a whole column, chosen by its largest number and set to three significant figures there. */
export const scaleFor = (largest: number): Scale => {
  const step = STEPS.find(({ divisor }) => largest >= divisor) ?? STEPS[STEPS.length - 1]!;
  const figures = Math.floor(Math.log10(Math.max(largest / step.divisor, 1))) + 1;
  return { ...step, digits: step.unit === '' ? 0 : Math.max(0, 3 - figures) };
};

/** Units that a k, M or G may stand before; times have none, and a share has no use for one. */
const PREFIXED: readonly string[] = ['', 'B'];

/** How the values of one axis are written: on one scale, so that they align. `digits` are significant figures. */
export const axisScale = (
  { unit, digits }: { readonly unit: string; readonly digits: number },
  values: readonly (number | null)[],
): { readonly unit: string; readonly write: (value: number) => string } => {
  const known = values.filter((value) => value !== null);
  const largest = Math.max(0, ...known.map(Math.abs));
  const counted = scaleFor(largest);
  if (counted.unit !== '' && PREFIXED.includes(unit))
    return {
      unit: `${counted.unit}${unit}`,
      write: (value) => fixed(value / counted.divisor, counted.digits),
    };
  const isWhole = known.every(Number.isInteger);
  const figures = (value: number) => Math.max(0, digits - 1 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return { unit, write: (value) => fixed(value, isWhole ? 0 : Math.min(figures(value), digits)) };
};

export const formatCount = (value: number, scale: Scale = scaleFor(value)): string =>
  `${fixed(value / scale.divisor, scale.digits)}${scale.unit === '' ? '' : `${NARROW_SPACE}${scale.unit}`}`;

export const formatShare = (left: number, base: number): string =>
  base > 0 ? `${fixed((100 * left) / base, 0)}${NARROW_SPACE}%` : '';

export const formatBytes = (bytes: number): string => {
  const scale = scaleFor(bytes);
  return `${fixed(bytes / scale.divisor, scale.digits)}${NARROW_SPACE}${scale.unit}B`;
};

/** Milliseconds to three significant figures. */
export const formatMs = (ms: number): string => fixed(ms, ms >= 100 ? 0 : ms >= 10 ? 1 : 2);

export const formatDuration = (seconds: number): string => {
  if (seconds < 10) return `${fixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
};

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const AGO = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const;

/** "3 min. ago"; older than a month, the date. */
export const formatAgo = (iso: string, now: number): string => {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (Math.abs(seconds) > 30 * 86_400) return formatDate(iso);
  const step = AGO.find((candidate) => Math.abs(seconds) >= candidate.seconds) ?? AGO[3];
  return relative.format(Math.round(seconds / step.seconds), step.unit);
};

/** ISO dates sort, and are read the same way everywhere. */
export const formatDate = (iso: string): string => iso.slice(0, 10);
export const formatDateTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
