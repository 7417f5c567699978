/** CIFAR-100: 60,000 photographs in a hundred classes; the coarse label of a record is passed over, the fine one counts. */
import { cifar } from './_cifar.js';

const CLASSES = `apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel
can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant
flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree
motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy
porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel
streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale
willow_tree wolf woman worm`.split(/\s+/);

export const Cifar100 = cifar({
  id: 'cifar100',
  title: 'CIFAR-100',
  summary: '60,000 photographs of 32×32 pixels in a hundred classes.',
  classes: CLASSES,
  inner: 'cifar-100-binary',
  train: ['train.bin'],
  test: ['test.bin'],
  labelBytes: 2,
  // Of the 50,000 training pictures.
  mean: [0.5071, 0.4867, 0.4408],
  std: [0.2675, 0.2565, 0.2761],
  source: 'Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html; no licence is stated',
});
