/** COCO 2017: 118,287 photographs to train on and 5,000 to test on, 80 classes. https://cocodataset.org */
import { coco } from './_boxes.js';

const CLASSES = (
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench,' +
  'bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,' +
  'sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,' +
  'bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,' +
  'toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,' +
  'teddy bear,hair drier,toothbrush'
).split(',');

export const Coco = coco({
  id: 'coco',
  title: 'COCO',
  summary: '123,287 photographs of everyday scenes with objects of 80 classes in boxes.',
  classes: CLASSES,
  input: [3, 640, 640],
  splits: {
    train: { annotations: 'annotations/instances_train2017.json', pictures: 'train2017' },
    test: { annotations: 'annotations/instances_val2017.json', pictures: 'val2017' },
  },
  showcase: 500,
  cure:
    'Get COCO 2017 from https://cocodataset.org and put annotations/instances_{train,val}2017.json, train2017 and ' +
    'val2017 into DATA_DIR/coco',
  source: 'Lin et al. 2014, https://cocodataset.org; annotations CC BY 4.0, pictures under the terms of Flickr',
});
