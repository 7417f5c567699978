/** Boxes by their corners: areas and overlaps, without the extra pixel of old devkits. */
import type { Corners } from './types.js';

export const areaOf = ([left, top, right, bottom]: Corners): number => (right - left) * (bottom - top);

/** Area that two boxes share. */
export const sharedArea = (a: Corners, b: Corners): number => {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
};

/** Intersection over union; 0 where neither box has an area. */
export const iou = (a: Corners, b: Corners): number => {
  const shared = sharedArea(a, b);
  return shared === 0 ? 0 : shared / (areaOf(a) + areaOf(b) - shared);
};
