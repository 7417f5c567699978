/** The file behind a view of samples, read with care: runs of other versions stay. */

export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly labels: readonly number[];
  /** Steps of the sampling. */
  readonly steps: number;
  /** Grey levels of all pictures, one frame after another; the last is what was drawn. */
  readonly base: readonly Uint8Array[];
  readonly ours: readonly Uint8Array[];
}

const bytesOf = (text: unknown): Uint8Array => Uint8Array.from(atob(String(text)), (letter) => letter.charCodeAt(0));

/** null: not such a file. */
export const samplesFrom = (data: unknown): Samples | null => {
  const { dims, labels, steps, base, ours } = (data ?? {}) as Record<string, unknown>;
  if (![dims, labels, base, ours].every(Array.isArray) || typeof steps !== 'number') return null;
  const [channels, height, width] = dims as number[];
  if (channels !== 1 || !height || !width) return null;
  try {
    const frames = (list: unknown): Uint8Array[] => (list as unknown[]).map(bytesOf);
    const found = { width, height, labels: labels as number[], steps, base: frames(base), ours: frames(ours) };
    const size = found.labels.length * width * height;
    const isWhole = [...found.base, ...found.ours].every(({ length }) => length === size);
    return isWhole && found.ours.length > 1 && found.base.length === found.ours.length ? found : null;
  } catch {
    return null;
  }
};
