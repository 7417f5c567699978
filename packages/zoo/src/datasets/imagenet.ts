/** ImageNet-1k (ILSVRC 2012) as torchvision lays it out: train/<wnid>/*.JPEG and val/<wnid>/*.JPEG. */
import { folder, IMAGENET_MEAN, IMAGENET_STD } from './_folder.js';

export const Imagenet = folder({
  id: 'imagenet',
  title: 'ImageNet',
  summary: '1.28 million photographs in a thousand classes.',
  input: [3, 224, 224],
  mean: IMAGENET_MEAN,
  std: IMAGENET_STD,
  classCount: 1000,
  cure:
    'ImageNet cannot be fetched: get it from https://image-net.org and put train/<wnid>/*.JPEG and ' +
    'val/<wnid>/*.JPEG into DATA_DIR/imagenet',
  source: 'Russakovsky et al. 2015, https://image-net.org; for research, after registration',
});
