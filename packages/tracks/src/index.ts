/** One evaluation protocol = one file. A track is plain data, so the whole package is its catalogue. */
export * from './catalogue.js';
