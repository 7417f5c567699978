"""
A detector of the anchor-free family in PyTorch, written from its description: the yardstick of a training step, and files
as others export them.

  python detector.py export out.onnx --width .125 --widest 512 --classes 6 --bins 8 --size 128
  python detector.py step --width .125 --widest 512 --classes 6 --bins 8 --size 128 --batch 16 --objects 8 --threads 2

`step` is started by scripts/bench/detector-step.ts: it computes the worked case of the loss, describes itself, and then takes
a training step for each line `step` that it is sent (AdamW, a bound on the gradient, an average of the weights).
"""
import argparse
import json
import math
import sys
import time

import torch
from torch import nn


def cbs(i, o, k, s=1):
    return nn.Sequential(
        nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o, eps=1e-3, momentum=0.03), nn.SiLU()
    )


class Bottleneck(nn.Module):
    def __init__(self, c, shortcut):
        super().__init__()
        self.a, self.b, self.shortcut = cbs(c, c, 3), cbs(c, c, 3), shortcut

    def forward(self, x):
        y = self.b(self.a(x))
        return x + y if self.shortcut else y


class SplitBlock(nn.Module):
    def __init__(self, i, o, n, shortcut):
        super().__init__()
        self.h = o // 2
        self.enter = cbs(i, o, 1)
        self.inner = nn.ModuleList(Bottleneck(self.h, shortcut) for _ in range(n))
        self.leave = cbs((2 + n) * self.h, o, 1)

    def forward(self, x):
        parts = list(self.enter(x).split((self.h, self.h), 1))
        for block in self.inner:
            parts.append(block(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class Pyramid(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.enter, self.leave, self.pool = cbs(i, i // 2, 1), cbs(2 * i, o, 1), nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        parts = [self.enter(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class Detector(nn.Module):
    """boxes [N, 4R, A] and scores [N, K, A], or with `decodes` one output [N, 4 + K, A]."""

    def __init__(self, depth=0.33, width=0.25, widest=1024, classes=80, bins=16, size=640, decodes=False):
        super().__init__()
        c = [8 * math.ceil(min(x, widest) * width / 8) for x in (64, 128, 256, 512, 1024)]
        n = [max(1, round(r * depth)) for r in (3, 6, 6, 3, 3)]
        self.bins, self.classes, self.size, self.decodes = bins, classes, size, decodes
        self.stem = cbs(3, c[0], 3, 2)
        self.stages = nn.ModuleList(
            nn.Sequential(cbs(c[i], c[i + 1], 3, 2), SplitBlock(c[i + 1], c[i + 1], n[i], True)) for i in range(4)
        )
        self.pyramid = Pyramid(c[4], c[4])
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.up4 = SplitBlock(c[4] + c[3], c[3], n[4], False)
        self.up3 = SplitBlock(c[3] + c[2], c[2], n[4], False)
        self.down4, self.mix4 = cbs(c[2], c[2], 3, 2), SplitBlock(c[2] + c[3], c[3], n[4], False)
        self.down5, self.mix5 = cbs(c[3], c[3], 3, 2), SplitBlock(c[3] + c[4], c[4], n[4], False)
        b, s = max(16, c[2] // 4, 4 * bins), max(c[2], min(classes, 100))
        branch = lambda i, w, o: nn.Sequential(cbs(i, w, 3), cbs(w, w, 3), nn.Conv2d(w, o, 1))
        self.boxes = nn.ModuleList(branch(i, b, 4 * bins) for i in c[2:])
        self.scores = nn.ModuleList(branch(i, s, classes) for i in c[2:])

    def forward(self, x):
        x = self.stem(x)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        p3, p4, p5 = maps[1], maps[2], self.pyramid(maps[3])
        u4 = self.up4(torch.cat([self.up(p5), p4], 1))
        u3 = self.up3(torch.cat([self.up(u4), p3], 1))
        d4 = self.mix4(torch.cat([self.down4(u3), u4], 1))
        d5 = self.mix5(torch.cat([self.down5(d4), p5], 1))
        maps = [u3, d4, d5]
        flat = [torch.cat([b(m), s(m)], 1).flatten(2) for m, b, s in zip(maps, self.boxes, self.scores)]
        boxes, scores = torch.cat(flat, 2).split((4 * self.bins, self.classes), 1)
        return self.decoded(boxes, scores) if self.decodes else (boxes, scores)

    def decoded(self, boxes, scores):
        r, (n, _, a) = self.bins, boxes.shape
        shares = boxes.view(n, 4, r, a).transpose(2, 1).softmax(1)
        d = (shares * torch.arange(r, dtype=torch.float).view(1, r, 1, 1)).sum(1)
        p, s = anchors(self.size)
        low, high = d.chunk(2, 1)
        a, b = p - low, p + high
        return torch.cat([torch.cat([(a + b) / 2, b - a], 1) * s, scores.sigmoid()], 1)


def anchors(size, strides=(8, 16, 32)):
    """Middles of cells [2, A] in cells, and pixels a cell [A]."""
    points, pixels = [], []
    for s in strides:
        side = torch.arange(size // s) + 0.5
        y, x = torch.meshgrid(side, side, indexing="ij")
        points.append(torch.stack([x.flatten(), y.flatten()]))
        pixels.append(torch.full((x.numel(),), float(s)))
    return torch.cat(points, 1), torch.cat(pixels)


def ciou(p, q, eps=1e-7):
    """Of boxes as four planes each: left, top, right, bottom (arXiv 1911.08287)."""
    w1, h1, w2, h2 = p[2] - p[0], p[3] - p[1] + eps, q[2] - q[0], q[3] - q[1] + eps
    across = (torch.minimum(p[2], q[2]) - torch.maximum(p[0], q[0])).clamp(min=0)
    down = (torch.minimum(p[3], q[3]) - torch.maximum(p[1], q[1])).clamp(min=0)
    shared = across * down
    iou = shared / (w1 * h1 + w2 * h2 - shared + eps)
    width = torch.maximum(p[2], q[2]) - torch.minimum(p[0], q[0])
    height = torch.maximum(p[3], q[3]) - torch.minimum(p[1], q[1])
    apart = ((q[0] + q[2] - p[0] - p[2]) ** 2 + (q[1] + q[3] - p[1] - p[3]) ** 2) / 4
    v = 4 / math.pi**2 * (torch.atan(w2 / h2) - torch.atan(w1 / h1)) ** 2
    with torch.no_grad():
        weight = v / (v - iou + 1 + eps)
    return iou - apart / (width**2 + height**2 + eps) - weight * v


def assign(scores, boxes, truths, labels, valid, points, top):
    """Who answers for which object (TOOD, arXiv 2108.07755): target scores [B, K, A], boxes [B, 4, A], whether any [B, A]."""
    g = [truths[:, :, i : i + 1] for i in range(4)]  # [B, G, 1]
    x, y = points
    inside = torch.stack([x - g[0], y - g[1], g[2] - x, g[3] - y]).amin(0) > 1e-9
    inside = inside & valid[:, :, None]
    u = ciou(g, [boxes[:, i : i + 1] for i in range(4)]).clamp(min=0) * inside
    hot = nn.functional.one_hot(labels, scores.shape[1]).float()  # [B, G, K]
    t = (hot @ scores).sqrt() * u**6
    positive = (t >= t.topk(min(top, t.shape[2]), 2).values[:, :, -1:]) & (t > 0) & inside
    claimed = positive.sum(1, keepdim=True) > 1
    owner = nn.functional.one_hot(u.argmax(1), u.shape[1]).transpose(1, 2).bool()
    positive = torch.where(claimed, owner & (u > 0), positive).float()
    most_t, most_u = (t * positive).amax(2, keepdim=True), (u * positive).amax(2, keepdim=True)
    norm = positive * t * most_u / (most_t + 1e-9)
    return hot.transpose(1, 2) @ norm, truths.transpose(1, 2) @ positive, positive.sum(1)


def loss_of(raw, truths, labels, valid, grid, bins, top=10):
    """Box, class and distribution terms, weighted and summed; boxes [B, 4R, A] and scores [B, K, A] are logits."""
    boxes, scores = raw
    points, pixels = grid
    logits = boxes.view(boxes.shape[0], 4, bins, -1)
    sides = (logits.softmax(2) * torch.arange(bins, dtype=torch.float).view(1, 1, bins, 1)).sum(2)
    x, y = points
    cells = torch.stack([x - sides[:, 0], y - sides[:, 1], x + sides[:, 2], y + sides[:, 3]], 1)
    with torch.no_grad():
        targets, found, counts = assign(scores.sigmoid(), cells * pixels, truths, labels, valid, points * pixels, top)
        weights = targets.sum(1)  # [B, A]
        z = targets.sum().clamp(min=1)
        foreground = (counts > 0).float()
        wanted = torch.where(foreground[:, None] > 0, found / pixels, cells)
        distances = torch.stack([x - wanted[:, 0], y - wanted[:, 1], wanted[:, 2] - x, wanted[:, 3] - y], 1)
        distances = distances.clamp(0, bins - 1 - 0.01)
        low = distances.long()
        part = distances - low
    classes = nn.functional.binary_cross_entropy_with_logits(scores, targets, reduction="sum") / z
    overlap = ciou(list(cells.unbind(1)), list(wanted.unbind(1)))
    box = (weights * (1 - overlap)).sum() / z
    logs = logits.log_softmax(2)
    at = lambda k: -logs.gather(2, k[:, :, None]).squeeze(2)
    dfl = (weights * ((1 - part) * at(low) + part * at(low + 1)).mean(1)).sum() / z
    return 7.5 * box + 0.5 * classes + 1.5 * dfl


def worked_case():
    """A case whose loss was computed elsewhere: 16 places of 8 pixels, two objects and a row that fills up."""
    a = torch.arange(16.0)
    scores = torch.stack([0.2 + 0.02 * a, 0.5 - 0.01 * a]).logit()[None]
    truths = torch.tensor([[[2.0, 2, 22, 22], [11, 9, 31, 27], [0, 0, 1, 1]]])
    labels, valid = torch.tensor([[0, 1, 0]]), torch.tensor([[True, True, False]])
    return float(loss_of((torch.zeros(1, 16, 16), scores), truths, labels, valid, anchors(32, (8,)), 4))


def steps(batch, objects, threads, **given):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    got = worked_case()
    assert abs(got - 10.568317) < 1e-4, f"the worked case is 10.568317, not {got}"
    size, classes, bins = given["size"], given["classes"], given["bins"]
    model = Detector(**given).train()
    parameters = list(model.parameters())
    averages = [p.detach().clone() for p in parameters]
    optimizer = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=5e-4)
    x, grid = torch.rand(batch, 3, size, size), anchors(size)
    corners = torch.rand(batch, objects, 2) * size * 0.6
    truths = torch.cat([corners, corners + size * (0.1 + 0.3 * torch.rand(batch, objects, 2))], 2)
    labels = torch.randint(classes, (batch, objects))
    valid = torch.ones(batch, objects, dtype=torch.bool)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(model(x), truths, labels, valid, grid, bins).backward()
        nn.utils.clip_grad_norm_(parameters, 10)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, parameters, 1e-3)

    print(json.dumps({"name": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"}), flush=True)
    for _ in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        step()
        times = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}
        print(json.dumps({clock: 1e3 * seconds for clock, seconds in times.items()}), flush=True)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["export", "step"])
    parser.add_argument("path", nargs="?")
    for name, value in [("batch", 16), ("objects", 8), ("threads", 1)]:
        parser.add_argument(f"--{name}", type=int, default=value)
    for name, kind, value in [
        ("depth", float, 0.33), ("width", float, 0.25), ("widest", int, 1024), ("classes", int, 80), ("bins", int, 16), ("size", int, 640),
    ]:
        parser.add_argument(f"--{name}", type=kind, default=value)
    return vars(parser.parse_args())


if __name__ == "__main__":
    given = options()
    command, path = given.pop("command"), given.pop("path")
    of_steps = {name: given.pop(name) for name in ("batch", "objects", "threads")}
    if command == "step":
        steps(**of_steps, **given)
        sys.exit()
    torch.manual_seed(0)
    model = Detector(**given, decodes=True).eval()
    for m in model.modules():  # statistics that are not 0 and 1, so that a wrong fold shows
        if isinstance(m, nn.BatchNorm2d):
            m.running_mean.normal_(0, 0.1)
            m.running_var.uniform_(0.5, 1.5)
    # there are no custom operators to add, which is all that the package onnx is asked for
    from torch.onnx._internal.torchscript_exporter import onnx_proto_utils

    onnx_proto_utils._add_onnxscript_fn = lambda proto, _: proto
    x = torch.rand(1, 3, given["size"], given["size"])
    torch.onnx.export(
        model, x, path, opset_version=17, dynamo=False, input_names=["images"], output_names=["output0"],
        dynamic_axes={"images": {0: "batch"}, "output0": {0: "batch"}},
    )
