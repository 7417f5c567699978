/**
 * Scores of the two networks of `other-tasks.ts` as PyTorch 2.13 computes them (float32, one thread), over the batches
 * (4, 5) and (4, 6), normalisation `none`. With P the parameters, members the weights whose channel k leaves, g =
 * torch.autograd.grad(loss(batch), P), g_n the same for a batch of example n alone:
 *
 *   taylor       mean over members of Σ |w · (g of batch 1 + g of batch 2) / 2|
 *   obd-hessian  mean over members of Σ w² · (Σ_n g_n²) / 8
 *   thinet       mean over readers of √Σ layer(x with channel k alone, without bias)², over both batches
 *   hrank        mean over examples of torch.linalg.matrix_rank(activation[n, k])
 *
 * loss: ((denoiser(x, t) - target) ** 2).mean(), and cross_entropy(logits, classes) + 0.5 * ((corners - target) ** 2).mean().
 * Output rows, input columns and norm scales are members; groups are named by the layer that makes their channels.
 */
export const TORCH: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>>> = {
  denoiser: {
    taylor: {
      conv1: [1.870268, 1.985366, 2.237068, 2.219851, 2.125924, 1.505243, 2.274854, 2.433021],
      conv2: [2.253933, 3.569363, 4.380567, 4.427384, 3.60057, 2.213094],
    },
    'obd-hessian': {
      conv1: [0.7651901, 0.766843, 1.094363, 1.219298, 1.059726, 0.8573478, 0.9744229, 0.9143861],
      conv2: [0.5355316, 0.8708404, 1.285517, 1.282336, 0.9337243, 0.5254936],
    },
    thinet: {
      conv1: [14.10643, 12.76296, 16.93466, 18.36843, 17.03962, 15.07251, 15.5871, 17.25506],
      conv2: [12.08035, 12.48505, 11.175, 11.93191, 12.31996, 11.75614],
    },
    hrank: { conv1: [3.75, 4.5, 4.125, 3.75, 4.5, 4.375, 2.75, 4.375], conv2: [5.875, 5.75, 5.625, 5.875, 5.625, 6.0] },
  },
  'two-heads': {
    taylor: {
      stem: [0.09863535, 0.08328433, 0.01550528, 0.03928611, 0.1209594, 0.05126565],
      body: [0.06041307, 0.05340066, 0.06036276, 0.01666283, 0.09499595, 0.01709742, 0.03368477],
    },
    'obd-hessian': {
      stem: [0.002811699, 0.00247007, 8.883232e-5, 0.0004860459, 0.003731198, 0.0009037934],
      body: [0.00149271, 0.001484669, 0.0007761116, 0.0006398997, 0.001903951, 0.001604237, 0.0001455516],
    },
    thinet: {
      stem: [18.18006, 14.49321, 2.755388, 8.080149, 19.70853, 9.978474],
      body: [0.1855841, 0.2015135, 0.1199875, 0.06480134, 0.2901675, 0.181382, 0.04735478],
    },
    hrank: { stem: [6.0, 6.0, 5.875, 6.0, 6.0, 6.0], body: [6.0, 6.0, 5.75, 5.0, 6.0, 6.0, 4.625] },
  },
};
