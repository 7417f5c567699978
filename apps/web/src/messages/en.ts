/**
 * The words of the site in English; another language is other objects with the same keys. What a few pages alone say
 * (home and lists, rules, guide, status, methods) and what single features say, they bring themselves.
 */
import { board } from './en/board.js';
import { common } from './en/common.js';

export const en = { ...common, ...board } as const;
