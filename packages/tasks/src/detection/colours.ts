/** Hue, saturation and value of a picture, changed in place: bytes [3, …], red before green before blue. */

/** `degrees`: of 180, added to the hue; factors of saturation and value, whose results are clipped. */
export const recolour = (pixels: Uint8Array, [degrees, saturation, value]: readonly [number, number, number]): void => {
  const plane = pixels.length / 3;
  for (let i = 0; i < plane; i += 1) {
    const [r, g, b] = [pixels[i]!, pixels[plane + i]!, pixels[2 * plane + i]!];
    const most = Math.max(r, g, b);
    const range = most - Math.min(r, g, b);
    const v = Math.min(255, most * value);
    const s = most === 0 ? 0 : Math.min(1, (range / most) * saturation);
    let sector = 0;
    if (range > 0) {
      if (most === r) sector = (g - b) / range;
      else if (most === g) sector = 2 + (b - r) / range;
      else sector = 4 + (r - g) / range;
    }
    const hue = (((sector + degrees / 30) % 6) + 6) % 6;
    // v (1 - s max(0, min(k, 4 - k, 1))), k = (n + hue) mod 6, n = 5, 3, 1
    const channel = (n: number): number => {
      const k = (n + hue) % 6;
      return Math.round(v * (1 - s * Math.max(0, Math.min(k, 4 - k, 1))));
    };
    pixels[i] = channel(5);
    pixels[plane + i] = channel(3);
    pixels[2 * plane + i] = channel(1);
  }
};
