/** What the server wrote into the page before anything ran: its heading and its first line, shown until the screen is there. */

const textOf = (selector: string): string => document.querySelector(`#root ${selector}`)?.textContent ?? '';

/** Read once, before the first render takes its place. */
export const shell = {
  path: window.location.pathname,
  title: textOf('h1'),
  lede: textOf('.lede'),
} as const;
