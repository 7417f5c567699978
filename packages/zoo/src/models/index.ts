/** One model = one file; one line here. */

export { ConvnextMicro } from './convnext-micro.js';
export { MobilenetTiny } from './mobilenet-tiny.js';
export { ResnetTiny } from './resnet-tiny.js';
export { Resnet18 } from './resnet18.js';
export { Resnet20 } from './resnet20.js';
export { Resnet50 } from './resnet50.js';
export { Resnet56 } from './resnet56.js';
export { VggTiny } from './vgg-tiny.js';
export { VitTiny } from './vit-tiny.js';
