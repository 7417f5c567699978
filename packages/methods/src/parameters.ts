/** Checks the parameters of a method against its own description and fills in the defaults. */
import type { MethodDescription, ParameterDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { ParameterValue, Params } from './_method.js';

const rangeOf = ({ min, max }: ParameterDescription): string => {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
};

const expectedOf = (parameter: ParameterDescription): string => {
  switch (parameter.type) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${(parameter.choices ?? []).join(', ')}`;
    default:
      return `${parameter.type === 'integer' ? 'a whole number' : 'a number'}${rangeOf(parameter)}`;
  }
};

const fits = (parameter: ParameterDescription, value: ParameterValue): boolean => {
  if (parameter.type === 'boolean') return typeof value === 'boolean';
  if (parameter.type === 'choice') return typeof value === 'string' && (parameter.choices ?? []).includes(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (parameter.type === 'integer' && !Number.isInteger(value)) return false;
  return value >= (parameter.min ?? value) && value <= (parameter.max ?? value);
};

const refuse = (where: string, expected: string, got: string): never => {
  throw new TopiaryError('TOPIARY_METHODS_PARAMETER', { where, expected, got });
};

/** The complete parameters: `values` checked, everything else by default. */
export const checkParameters = (
  { kind, id, parameters }: Pick<MethodDescription, 'kind' | 'id' | 'parameters'>,
  values: Readonly<Record<string, ParameterValue>>,
): Params => {
  const unknown = Object.keys(values).find((name) => parameters.every((parameter) => parameter.id !== name));
  if (unknown !== undefined) {
    const names = parameters.map((parameter) => parameter.id).join(', ');
    refuse(
      `params.${kind}.${unknown}`,
      names === '' ? `no parameters: ${id} has none` : `a parameter of ${id}: ${names}`,
      unknown,
    );
  }
  return Object.fromEntries(
    parameters.map((parameter) => {
      const value = Object.hasOwn(values, parameter.id) ? values[parameter.id]! : parameter.default;
      if (!fits(parameter, value)) {
        refuse(`params.${kind}.${parameter.id} of ${id}`, expectedOf(parameter), JSON.stringify(value));
      }
      return [parameter.id, value];
    }),
  );
};
