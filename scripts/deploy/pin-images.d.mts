/** Types of pin-images.mjs. */
export const FILES: readonly string[];
export function imagesIn(text: string): { readonly image: string; readonly digest: string | undefined }[];
export function pinned(text: string, digestOf: (image: string) => Promise<string>): Promise<string>;
export function digestFrom(baseOf?: (host: string) => string): (image: string) => Promise<string>;
