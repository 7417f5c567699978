/** A document as the build makes it of Markdown. */

/** Prose as HTML (made at build time from files of the project, never of what people wrote), or a block of code. */
export type DocPart = { readonly html: string } | { readonly code: string; readonly language: string };

export interface DocPage {
  readonly id: string;
  readonly title: string;
  /** Its first paragraph. */
  readonly summary: string;
  readonly chapters: readonly { readonly id: string; readonly title: string }[];
  readonly parts: readonly DocPart[];
}

export interface DocEntry extends Pick<DocPage, 'id' | 'title' | 'summary'> {
  load(): Promise<{ readonly default: DocPage }>;
}

/** Of the search: a page with its chapters' words. */
export interface DocText extends Pick<DocPage, 'id' | 'title'> {
  readonly text: string;
  readonly chapters: readonly { readonly id: string; readonly title: string; readonly text: string }[];
}
