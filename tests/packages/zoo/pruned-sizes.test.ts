/**
 * Sizes after pruning each published network once: local, the same ratio of every group, the classifier kept. They do
 * not depend on scores. The numbers are Torch-Pruning's (its own counter), for the networks of
 * torchvision and timm.
 */

import { count } from '@topiary/ops';
import { applyPlan, type Dependencies, findGroups, planRatio, type Scores } from '@topiary/pruning';
import { buildModel, modelOf, publishedAs } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';

const zeros = ({ groups }: Dependencies): Scores =>
  new Map(groups.map(({ id, channels }) => [id, new Float64Array(channels)]));

describe('sizes after local pruning by a ratio', () => {
  it.each([
    ['resnet18', 0.5, 1, 3_055_880, 487_202_536],
    ['resnet18', 0.3, 1, 5_820_556, 905_775_022],
    ['resnet18', 0.3, 8, 5_623_488, 840_049_928],
    ['resnet50', 0.5, 1, 6_917_640, 1_068_682_472],
    ['vgg19', 0.5, 1, 36_950_920, 4_963_502_312],
    ['mobilenet-v2', 0.5, 1, 1_221_768, 93_134_184],
    ['densenet121', 0.5, 1, 2_274_728, 762_529_640],
    ['convnext-tiny', 0.5, 1, 7_438_360, 1_151_790_232],
    ['efficientnet-b0', 0.5, 1, 1_701_446, 116_044_198],
    ['regnet-x-1-6gf', 0.5, 1, 2_537_376, 415_330_984],
    ['resnext50', 0.5, 1, 6_789_384, 1_108_936_168],
    ['vit-base-patch32', 0.5, 1, 22_878_952, 1_146_346_408],
    ['deit-tiny', 0.5, 1, 1_532_104, 368_867_308],
    ['mobilenet-v3-large', 0.5, 1, 1_722_208, 66_304_260],
  ] as const)('%s at %f, multiples of %i: %i parameters, %i MACs', (id, ratio, roundTo, params, macs) => {
    const model = modelOf(id);
    const published = publishedAs(model);
    const found = findGroups(buildModel(model), { published });
    const plan = planRatio(found, zeros(found), ratio, { scope: 'local', roundTo });
    expect([plan.params.left, plan.macs.published.left]).toEqual([params, macs]);
    const cut = count(applyPlan(found.graph, found, plan).graph, { published });
    expect([cut.params, cut.published]).toEqual([params, macs]);
  });
});
