/** A learning-rate schedule: a pure function of the step (0, 1, …). */
export type Schedule = (step: number) => number;
