/** What a detector is judged by: all are of a whole set of pictures, none is a mean over them. */
import type { MetricDescription } from '@topiary/contracts';

const metric = (id: string, title: string): MetricDescription => ({
  id,
  title,
  unit: '',
  direction: 'higher',
  digits: 2,
  estimator: 'set',
  bounds: [0, 100],
});

/** Times 100, as the literature writes them; by COCO's rules but for the last, which is what YOLO's trainers print. */
export const DETECTION_METRICS: MetricDescription[] = [
  metric('map50-95', 'mAP 50 to 95'),
  metric('map50', 'mAP 50'),
  metric('map75', 'mAP 75'),
  metric('ar100', 'Average recall, 100 detections'),
  metric('map50-95-trainer', "mAP 50 to 95, the trainer's own"),
];
