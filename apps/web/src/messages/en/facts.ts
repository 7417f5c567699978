/** Words of what a run shows of itself. */
export const facts = {
  'view.widths': 'Channels per layer',

  'widths.caption': 'Channels of each layer before and after pruning',
  'widths.layer': 'Layer',
  'widths.bar': 'Bar',
  'widths.left': 'Left of before',
  'widths.layers_one': '{n} layer',
  'widths.layers_other': '{n} layers',
  'widths.text': '{cut} of {layers} became narrower. The outline is the base model, the filling what stayed.',
} as const;
