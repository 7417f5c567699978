/** Networks that know the classes of a data set in another order than the data set itself. */
import { TopiaryError } from '@topiary/errors';

/** For each of the network's outputs its label in the data set; null: the names are in the data set's own order. */
export const classOrder = (classes: readonly string[], names: readonly string[]): number[] | null => {
  if (names.length === 0) return null;
  const labels = new Map(classes.map((name, label) => [name, label]));
  const fault = (expected: string, got: string): never => {
    throw new TopiaryError('TOPIARY_ZOO_CLASSES', { where: 'classes', expected, got });
  };
  if (names.length !== classes.length) fault(`${classes.length} names`, `${names.length}`);
  const order = names.map(
    (name) =>
      labels.get(name) ?? fault(`names of ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ', …' : ''}`, name),
  );
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fault('each name once', `'${twice}' twice`);
  return order.every((label, output) => label === output) ? null : order;
};
