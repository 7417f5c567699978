/** Are all operators on the list? It is the list of those whose shapes and costs can be checked. */
import { allOps, cureOf } from '@topiary/ops';
import { given, refuse, refuseAll, type Step } from './_step.js';

const OLDEST = 7;
const NEWEST = 23;

/** Operators that say so of themselves, and those that are written as one of these. */
export const ALLOWED: ReadonlySet<string> = new Set([
  ...allOps()
    .filter(({ uploads }) => uploads)
    .map(({ type }) => type),
  'Celu',
  'Einsum',
  'GlobalMaxPool',
  'GroupNormalization',
  'Mish',
  'Softsign',
  'Sum',
  'Upsample',
]);

export const operators: Step = {
  id: 'operators',
  title: 'Standard operators from the list',
  run: (subject) => {
    const { operators: found, opsets } = given(subject.survey);
    const version = opsets.get('');
    if (version === undefined || !(version >= OLDEST && version <= NEWEST)) {
      const got = version === undefined ? 'none' : `opset ${version}`;
      throw refuse('TOPIARY_GATE_OPSET', 'the model', `a standard opset from ${OLDEST} to ${NEWEST}`, got);
    }
    const faults = [...found].flatMap(([key, times]) => {
      const [domain, type] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)];
      const where = `${type || 'an operator without a name'}, ${times} times`;
      if (domain !== '') return [refuse('TOPIARY_GATE_DOMAIN', where, 'operators of the standard domain', domain)];
      if (ALLOWED.has(type)) return [];
      return [
        refuse('TOPIARY_GATE_OPERATOR', where, `one of the ${ALLOWED.size} operators allowed`, type, cureOf(type)),
      ];
    });
    refuseAll(faults);
    return `opset ${version}; ${[...found].map(([key, times]) => `${times} ${key.slice(1)}`).join(', ')}`;
  },
};
