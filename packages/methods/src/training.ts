/** What the words of a training mean, and nothing else: the process of an uploaded network needs no more. */
export { optimizerOf, scheduleOf } from './procedures/_training-parts.js';
