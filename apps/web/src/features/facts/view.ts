/** What a view is given of the one thing that it draws. */
export interface ViewProps {
  /** The file, if it is one: for an `<img>` or a download. */
  readonly url: string | null;
  /** Its content where that is JSON; a view reads it with care, since runs of earlier versions stay. */
  readonly data: unknown;
  readonly title: string;
}
