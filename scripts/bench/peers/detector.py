"""
A detector of the anchor-free family in PyTorch, written from its description: the yardstick of a training step, and files
as others export them.

  python detector.py export out.onnx --width .125 --widest 512 --classes 6 --bins 8 --size 128
"""
import argparse
import math

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
        points, strides = [], []
        for s in (8, 16, 32):
            side = torch.arange(self.size // s) + 0.5
            y, x = torch.meshgrid(side, side, indexing="ij")
            points.append(torch.stack([x.flatten(), y.flatten()]))
            strides.append(torch.full((x.numel(),), float(s)))
        p, s = torch.cat(points, 1), torch.cat(strides)
        low, high = d.chunk(2, 1)
        a, b = p - low, p + high
        return torch.cat([torch.cat([(a + b) / 2, b - a], 1) * s, scores.sigmoid()], 1)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["export"])
    parser.add_argument("path")
    for name, kind, value in [
        ("depth", float, 0.33), ("width", float, 0.25), ("widest", int, 1024), ("classes", int, 80), ("bins", int, 16), ("size", int, 640),
    ]:
        parser.add_argument(f"--{name}", type=kind, default=value)
    return vars(parser.parse_args())


if __name__ == "__main__":
    given = options()
    _, path = given.pop("command"), given.pop("path")
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
