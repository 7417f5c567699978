/** Does the file keep to itself: no external data, no subgraphs, no functions, nothing that is not a dense tensor? */
import { given, refuseAll, type Step } from './_step.js';

export const contents: Step = {
  id: 'contents',
  title: 'Nothing outside the file, and one plain graph in it',
  run: ({ survey }) => {
    refuseAll(given(survey).violations);
    return 'no external data, control flow, functions or types other than dense tensors';
  },
};
