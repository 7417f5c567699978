/** Student's quantile by Newton's method: a leaderboard asks for one per row, with degrees of freedom of its own. */
import { logGamma, normalCritical, studentTwoSided } from './distributions.js';

/** Beyond so many degrees of freedom the normal distribution is Student's to seven digits. */
const NORMAL = 1e6;

const density = (t: number, df: number): number =>
  Math.exp(
    logGamma((df + 1) / 2) -
      logGamma(df / 2) -
      0.5 * Math.log(df * Math.PI) -
      ((df + 1) / 2) * Math.log1p((t * t) / df),
  );

/** The t that a share `confidence` of Student's distribution lies within, in ln t against ln P(|T| > t). */
export const studentQuantile = (confidence: number, df: number): number => {
  if (confidence <= 0) return 0;
  if (df >= NORMAL) return normalCritical(confidence);
  const level = Math.log(1 - confidence);
  let t = normalCritical(confidence);
  for (let i = 0; i < 60; i += 1) {
    const beyond = studentTwoSided(t, df);
    const step = ((Math.log(beyond) - level) * beyond) / (2 * t * density(t, df));
    t *= Math.exp(step);
    if (Math.abs(step) < 1e-13) break;
  }
  return t;
};
