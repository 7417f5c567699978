/** Words of how a choice formed and how a network is called step by step. */
export const schedule = {
  'gates.picture': '{rows} rows by {columns} columns; the fuller a cell, the larger the share',
  'gates.cell': '{row}, {scale} {at}: {value} %',
  'gates.text': 'A cell is as full as the {share}.',
  'gates.kept': 'Names in bold stayed.',
  'gates.unreadable': 'The file holds no gates that this version can draw.',

  'schedule.mask': '{rows} pieces of the network by {steps} steps; full cells are computed, empty ones reused',
  'schedule.computed': '{row}, timestep {at}: computed',
  'schedule.reused': '{row}, timestep {at}: reused',
  'schedule.timestep': 'timestep, in the order of the steps',
  'schedule.saved': '{reused} of {all} pieces are reused: empty cells are not computed.',
  'schedule.lanes': 'Calls on {lanes} lanes in {steps} steps',
  'schedule.lane': 'lane {lane}',
  'schedule.call': 'step {step}: {part}, {macs} MACs',
  'schedule.first': 'first step',
  'schedule.end': '{macs} MACs on the longest lane',
  'schedule.part_one': '{part}: {macs} MACs, {n} call',
  'schedule.part_other': '{part}: {macs} MACs, {n} calls',
  'schedule.parts': '{parts} different parts',
  'schedule.text': 'A bar is a call, as long as its MACs. Lanes run side by side; a step ends with its longest lane.',
  'schedule.unreadable': 'The file holds no schedule that this version can draw.',
} as const;
