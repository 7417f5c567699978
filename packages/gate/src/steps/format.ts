/** Can the file be read to its end, in one way only, within the limits? */
import type { ErrorCode } from '@topiary/errors';
import { survey } from '../survey.js';
import { refuse, type Step } from './_step.js';

export const format: Step = {
  id: 'format',
  title: 'Well-formed, in one way only, within the limits',
  run: (subject) => {
    const found = survey(subject.bytes, subject.rules.limits);
    subject.survey = found;
    if (found.opsets.size === 0) {
      const code: ErrorCode = 'TOPIARY_GATE_MALFORMED';
      throw refuse(code, 'the model', 'an opset import', 'the end of the file');
    }
    return `${found.nodes} nodes, ${found.initializers} initialisers, ${found.tensorBytes} bytes of numbers`;
  },
};
