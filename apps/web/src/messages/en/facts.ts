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

  'samples.grid': '{title}, a grid of pictures: one column for each class',
  'samples.ours': 'This network',
  'samples.base': 'The base model, from the same noise',
  'samples.step': 'Step of the sampling',
  'samples.at': '{step} of {steps}',
  'samples.text': 'A column is a class. On the way, the pictures are what the network guesses behind the noise.',
  'samples.unreadable': 'The file holds no samples that this version can draw.',
} as const;
