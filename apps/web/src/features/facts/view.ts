/** What a view is given of the one thing that it draws. */
export interface ViewProps {
  /** The file, if it is one: for an `<img>` or a download. */
  readonly url: string | null;
  /** Its content where that is JSON; a view reads it with care, since runs of earlier versions stay. */
  readonly data: unknown;
  readonly title: string;
  /** Networks that the run left: of one part without a name, of several parts by the names of these. */
  readonly networks: readonly ViewNetwork[];
  /** Where the run's board begins. */
  readonly board: string;
}

export interface ViewNetwork {
  readonly part: string | null;
  readonly url: string;
  readonly bytes: number;
}
