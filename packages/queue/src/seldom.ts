/** Trouble that comes again with every try is told once a minute, in its own words alone. */

const AGAIN_MS = 60_000;
const MOST = 100;

/** Drivers hang whole clients on their errors; message, code and stack say what there is to say. */
const plain = (error: Error): Error => {
  const { message, name, stack } = error;
  const code = (error as NodeJS.ErrnoException).code;
  return Object.assign(new Error(message), { name, ...(stack ? { stack } : {}), ...(code ? { code } : {}) });
};

export const seldom = (tell: (error: Error) => void): ((error: Error) => void) => {
  const told = new Map<string, number>();
  return (error) => {
    const last = told.get(error.message);
    if (last !== undefined && Date.now() - last < AGAIN_MS) return;
    if (told.size >= MOST) told.clear();
    told.set(error.message, Date.now());
    tell(plain(error));
  };
};
