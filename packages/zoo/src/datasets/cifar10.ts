/** CIFAR-10: 60,000 photographs in ten classes. https://www.cs.toronto.edu/~kriz/cifar.html */
import { cifar } from './_cifar.js';

export const Cifar10 = cifar({
  id: 'cifar10',
  title: 'CIFAR-10',
  summary: '60,000 photographs of 32×32 pixels in ten classes.',
  classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  inner: 'cifar-10-batches-bin',
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: ['test_batch.bin'],
  labelBytes: 1,
  // Of the 50,000 training pictures.
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2023, 0.1994, 0.201],
  parts: [
    {
      hash: '870a6ec2aa97fba2771528a692c95dd951e3c7488d1be3592330f11c2e287c8f',
      title: 'the first 1,017 of the 10,000 test pictures; networks that Y. Idelbayev published, with padded shortcuts',
    },
  ],
  source: 'Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html; no licence is stated',
});
