/** What the repository of settings takes and gives. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Settings {
  get(key: string): Promise<Json | null>;
  /** All whose key begins so, in order of the key. */
  list(prefix: string): Promise<{ readonly key: string; readonly value: Json }[]>;
  set(key: string, value: Json): Promise<void>;
  remove(key: string): Promise<void>;
  /** Sets it if absent; true for the caller that did: once-only actions of a fresh database. */
  setOnce(key: string, value: Json): Promise<boolean>;
  /** Takes or keeps something for a while, by the database's clock; false while another holder has it. */
  hold(key: string, holder: string, seconds: number): Promise<boolean>;
  /** Gives it up, if it is still held by this holder. */
  letGo(key: string, holder: string): Promise<void>;
}
