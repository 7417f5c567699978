"""What pycocotools itself says of random boxes with tied scores, crowds and areas on the edge of two sizes.

Command: pip install pycocotools && python scripts/bench/peers/coco_evaluation.py > tests/packages/tasks/detection/coco-reference.json
"""
import contextlib
import io
import json

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

PICTURES, CLASSES = 12, 3


def random_set(seed):
    """Annotations and detections; boxes are x, y, width, height in whole or quarter pixels."""
    rng = np.random.default_rng(seed)
    truths, found = [], []
    for picture in range(PICTURES):
        for _ in range(rng.integers(0, 7)):
            side = float(rng.choice([16, 32, 60, 96, 130]))
            box = [float(rng.integers(0, 200)), float(rng.integers(0, 200)), side, side]
            kind = int(rng.integers(0, CLASSES))
            crowd = int(rng.random() < 0.12)
            area = side * side * float(rng.choice([1, 1, 0.5]))
            truths.append({"picture": picture, "class": kind, "box": box, "crowd": crowd, "area": area})
            for _ in range(rng.integers(0, 4)):
                moved = [v + float(rng.integers(-12, 13)) / 4 * (side / 32) for v in box]
                kind_said = kind if rng.random() < 0.9 else int(rng.integers(0, CLASSES))
                found.append({"picture": picture, "class": kind_said, "box": moved})
        for _ in range(rng.integers(0, 4)):
            side = float(rng.choice([10, 32, 80, 120]))
            box = [float(rng.integers(0, 300)), float(rng.integers(0, 300)), side, side]
            found.append({"picture": picture, "class": int(rng.integers(0, CLASSES)), "box": box})
    for one in found:
        one["score"] = float(rng.integers(1, 10)) / 10
    return truths, found


def judged(truths, found):
    ground = COCO()
    ground.dataset = {
        "images": [{"id": p + 1} for p in range(PICTURES)],
        "categories": [{"id": c + 1} for c in range(CLASSES)],
        "annotations": [
            {
                "id": i + 1,
                "image_id": t["picture"] + 1,
                "category_id": t["class"] + 1,
                "bbox": t["box"],
                "area": t["area"],
                "iscrowd": t["crowd"],
            }
            for i, t in enumerate(truths)
        ],
    }
    ground.createIndex()
    results = ground.loadRes(
        [
            {"image_id": d["picture"] + 1, "category_id": d["class"] + 1, "bbox": d["box"], "score": d["score"]}
            for d in found
        ]
    )
    evaluator = COCOeval(ground, results, "bbox")
    evaluator.evaluate()
    evaluator.accumulate()
    evaluator.summarize()
    precision = evaluator.eval["precision"][:, :, :, 0, 2]
    return [float(v) for v in evaluator.stats], [float(precision[:, :, c].mean()) for c in range(CLASSES)]


sets = []
with contextlib.redirect_stdout(io.StringIO()):
    for seed in range(4):
        truths, found = random_set(seed)
        twelve, classes = judged(truths, found)
        sets.append({"truths": truths, "detections": found, "twelve": twelve, "classes": classes})
rows = lambda all: [[one["picture"], one["class"], one["box"], *[one[k] for k in ("crowd", "area", "score") if k in one]] for one in all]
print(json.dumps([{**one, "truths": rows(one["truths"]), "detections": rows(one["detections"])} for one in sets], separators=(",", ":")))
