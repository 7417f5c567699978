/** Which versions of Node this project runs on, and which of them get no fixes any more. No dependency: it runs before anything is installed. */

const OLDEST = [20, 19];

/** Node is too old, or fine. */
export const checkNode = (version = process.versions.node) => {
  const [major, minor] = version.split('.').map(Number);
  const fine = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return fine ? null : `Topiary needs Node ${OLDEST.join('.')} or newer; this is ${version}. See https://nodejs.org`;
};

/** Last day with security fixes, by https://github.com/nodejs/release/blob/main/schedule.json; odd ones end with their half year. */
const LAST_DAY = {
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
};

/** A sentence about a Node that works and gets no fixes any more; else null. */
export const endOfLife = (version = process.versions.node, now = new Date()) => {
  const last = LAST_DAY[Number(version.split('.')[0])];
  return last !== undefined && now > new Date(`${last}T23:59:59Z`)
    ? `Node ${version} works, but is past its end of life (${last}): it gets no security fixes. Node 24 is the current LTS: https://nodejs.org`
    : null;
};
