/**
 * The words of the site in English; another language is other objects with the same keys. The pages of prose
 * (rules, guide) and the features `submission` and `submit-form` bring theirs themselves.
 */
import { board } from './en/board.js';
import { common } from './en/common.js';
import { home } from './en/home.js';
import { methods } from './en/methods.js';

export const en = { ...common, ...home, ...board, ...methods } as const;
