"""Fine-tunes a pruned ONNX classifier in PyTorch on the CPU, as a yardstick for our own training.

Started by scripts/experiments/parity.ts: finetune.py <file.onnx> <threads>. Standard input holds one line of JSON
(recipe, sizes, normalisation), then for every step the pictures as bytes and the labels, then the test pictures and
their labels. Answers with lines of JSON: itself, the loss of every step, the final accuracy.
The graph's nodes are interpreted one by one, so whatever the cut left (padded shortcuts with kept positions) is there.
"""
import json
import math
import sys
import time

import numpy
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

CONSTANT_TYPES = ("Slice", "Pad", "Reshape")


class Network:
    def __init__(self, path):
        graph = onnx.load(path).graph
        self.nodes = list(graph.node)
        self.input = graph.input[0].name
        self.output = graph.output[0].name
        self.values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
        statistics = {name for n in self.nodes if n.op_type == "BatchNormalization" for name in n.input[3:5]}
        constants = {name for n in self.nodes if n.op_type in CONSTANT_TYPES for name in n.input[1:]}
        self.parameters = [
            value.requires_grad_()
            for name, value in self.values.items()
            if value.is_floating_point() and name not in statistics | constants
        ]

    def __call__(self, x, training):
        values = {**self.values, self.input: x}
        for node in self.nodes:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            inputs = [values[name] if name else None for name in node.input]
            values[node.output[0]] = RULES[node.op_type](inputs, attributes, training)
        return values[self.output]


def convolution(x, a, _):
    top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
    data = x[0]
    if (top, left) != (bottom, right):
        data, top, left = F.pad(data, (left, right, top, bottom)), 0, 0
    bias = x[2] if len(x) > 2 else None
    return F.conv2d(data, x[1], bias, a.get("strides", 1), (top, left), a.get("dilations", 1), a.get("group", 1))


def normalization(x, a, training):
    data, scale, bias, mean, variance = x
    # ONNX weighs the old statistics, PyTorch the new ones
    momentum = 1 - a.get("momentum", 0.9)
    return F.batch_norm(data, mean, variance, scale, bias, training, momentum, a.get("epsilon", 1e-5))


def cut(x, _a, _t):
    starts, ends = x[1].tolist(), x[2].tolist()
    axes = x[3].tolist() if len(x) > 3 else list(range(len(starts)))
    steps = x[4].tolist() if len(x) > 4 else [1] * len(starts)
    index = [slice(None)] * x[0].dim()
    for start, end, axis, step in zip(starts, ends, axes, steps):
        index[axis] = slice(start, end, step)
    return x[0][tuple(index)]


def pad(x, _a, _t):
    pads = x[1].tolist()
    rank = len(pads) // 2
    # PyTorch begins with the last axis
    pairs = [side for axis in reversed(range(rank)) for side in (pads[axis], pads[rank + axis])]
    return F.pad(x[0], pairs)


def gemm(x, a, _):
    weight = x[1] if a.get("transB", 0) else x[1].t()
    return F.linear(x[0], weight, x[2] if len(x) > 2 else None)


RULES = {
    "Conv": convolution,
    "BatchNormalization": normalization,
    "Slice": cut,
    "Pad": pad,
    "Gemm": gemm,
    "Relu": lambda x, a, t: F.relu(x[0]),
    "Add": lambda x, a, t: x[0] + x[1],
    "GlobalAveragePool": lambda x, a, t: x[0].mean((2, 3), keepdim=True),
    "Flatten": lambda x, a, t: x[0].flatten(a.get("axis", 1)),
    "Reshape": lambda x, a, t: x[0].reshape(x[1].tolist()),
}


def read(size):
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        raise SystemExit("standard input ended too early")
    return numpy.frombuffer(data, numpy.uint8)


class Source:
    """Pictures and labels from standard input, normalised like ours: in double precision, then rounded."""

    def __init__(self, task):
        self.dims = task["dims"]
        levels = numpy.arange(256) / 255
        tables = [(levels - mean) / std for mean, std in zip(task["mean"], task["std"])]
        self.tables = numpy.array(tables).astype(numpy.float32)

    def batch(self, size):
        pixels = read(size * math.prod(self.dims)).reshape(size, *self.dims)
        labels = torch.from_numpy(read(size).astype(numpy.int64))
        planes = [self.tables[c][pixels[:, c]] for c in range(self.dims[0])]
        return torch.from_numpy(numpy.stack(planes, 1)), labels


def say(**fields):
    print(json.dumps(fields), flush=True)


def evaluate(network, images, labels, batch=128):
    with torch.no_grad():
        hits = [
            (network(x, False).argmax(1) == y).sum().item() for x, y in zip(images.split(batch), labels.split(batch))
        ]
    return 100 * sum(hits) / len(labels)


def main():
    torch.set_num_threads(int(sys.argv[2]))
    network = Network(sys.argv[1])
    task = json.loads(sys.stdin.buffer.readline())
    source = Source(task)
    say(name=f"PyTorch {torch.__version__}", threads=torch.get_num_threads())
    test = source.batch(task["test"])
    say(before=evaluate(network, *test))
    settings = {"momentum": task["momentum"], "weight_decay": task["weightDecay"]}
    optimizer = torch.optim.SGD(network.parameters, lr=task["lr"], **settings)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, task["steps"])
    begun = time.perf_counter()
    for step in range(1, task["steps"] + 1):
        images, labels = source.batch(task["batch"])
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(images, True), labels)
        loss.backward()
        optimizer.step()
        schedule.step()
        say(step=step, loss=loss.item())
    say(seconds=time.perf_counter() - begun, top1=evaluate(network, *test))


main()
