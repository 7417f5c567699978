"""Pictures as torchvision's standard transforms give them, as a yardstick for the decoder.

Started by scripts/experiments/pictures.ts. Reads one JSON object per line, {"path", "side", "box"}: a box is cut out and
resized (as RandomResizedCrop does), without one the shorter side is resized and the middle cut out. Answers with the
bytes [side, side, 3] of each; the first line that it writes describes itself.
"""
import json
import sys

import PIL
import torchvision
from PIL import Image
from torchvision.transforms import functional as F

out = sys.stdout.buffer
out.write(f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}\n".encode())
out.flush()
for line in sys.stdin:
    job = json.loads(line)
    side, box = job["side"], job["box"]
    picture = Image.open(job["path"]).convert("RGB")
    if box is None:
        picture = F.center_crop(F.resize(picture, [round(side * 256 / 224)]), [side, side])
    else:
        picture = F.resized_crop(picture, box["top"], box["left"], box["height"], box["width"], [side, side])
    out.write(picture.tobytes())
    out.flush()
