"""Trains and evaluates a network of this project in PyTorch on the CPU, as a yardstick for time and memory.

Started by scripts/bench/peer.ts. The first line of standard input is JSON: threads, batch, layout (`contiguous`,
`channels_last`), whether it is compiled (torch.compile; needs a C++ compiler), input shape, classes, the nodes of the network's graph and its initialisers (parameters by shape, everything else by value). Each further line
asks for one thing: `step` (SGD with momentum on one batch), `evaluate` (one batch), `roles` (milliseconds of a step by what it does), `memory`. Answers are lines of JSON;
the first one describes itself. The nodes become PyTorch's own functions, a product with its bias one linear layer.
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F

from step_roles import milliseconds_by_role


def half(pads):
    """[starts, ends] of ONNX as one number per axis, where they are equal."""
    n = len(pads) // 2
    return pads[:n] if pads[:n] == pads[n:] else None


def window(x, a, value=0.0):
    """Uneven padding is added beforehand."""
    pads = a.get("pads", [0, 0, 0, 0])
    even = half(pads)
    if even is not None:
        return x, even
    top, left, bottom, right = pads
    return F.pad(x, (left, right, top, bottom), value=value), [0, 0]


def conv(a, x, w, bias=None):
    x, pads = window(x, a)
    return F.conv2d(x, w, bias, a.get("strides", 1), pads, a.get("dilations", 1), a.get("group", 1))


def batch_norm(a, x, scale, shift, mean, variance):
    return F.batch_norm(x, mean, variance, scale, shift, TRAINING[0], 0.1, a.get("epsilon", 1e-5))


def max_pool(a, x):
    x, pads = window(x, a, -math.inf)
    return F.max_pool2d(x, a["kernel_shape"], a.get("strides"), pads)


def average_pool(a, x):
    x, pads = window(x, a)
    return F.avg_pool2d(x, a["kernel_shape"], a.get("strides"), pads, count_include_pad=bool(a.get("count_include_pad", 0)))


def layer_norm(a, x, scale, shift=None):
    return F.layer_norm(x, scale.shape, scale, shift, a.get("epsilon", 1e-5))


def reshape(a, x, shape):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape)])


def cut(a, x, starts, ends, axes=None, steps=None):
    index = [slice(None)] * x.dim()
    for i, (start, end) in enumerate(zip(starts, ends)):
        axis = axes[i] if axes else i
        size = x.shape[axis]
        index[axis] = slice(start, min(end, size) if end >= 0 else end, steps[i] if steps else 1)
    return x[tuple(index)]


def pad(a, x, pads, *_):
    n = len(pads) // 2
    return F.pad(x, [p for axis in reversed(range(n)) for p in (pads[axis], pads[n + axis])])


def gemm(a, x, w, bias=None):
    return F.linear(x, w if a.get("transB", 0) else w.t(), bias)


OPS = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": average_pool,
    "BatchNormalization": batch_norm,
    "Clip": lambda a, x, low=None, high=None: x.clamp(low, high),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "Conv": conv,
    "Flatten": lambda a, x: x.flatten(a.get("axis", 1)),
    "Gather": lambda a, x, i: x.index_select(a.get("axis", 0), torch.tensor(i)),
    "Gelu": lambda a, x: F.gelu(x, approximate=a.get("approximate", "none")),
    "Gemm": gemm,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "HardSigmoid": lambda a, x: F.hardsigmoid(x),
    "HardSwish": lambda a, x: F.hardswish(x),
    "LayerNormalization": layer_norm,
    "Linear": lambda a, x, w, bias: F.linear(x, w, bias),
    "MatMul": lambda a, x, y: x @ y,
    "MaxPool": max_pool,
    "Mul": lambda a, x, y: x * y,
    "Pad": pad,
    "ReduceMean": lambda a, x, axes: x.mean(axes, keepdim=bool(a.get("keepdims", 1))),
    "Relu": lambda a, x: F.relu(x),
    "Reshape": reshape,
    "Sigmoid": lambda a, x: torch.sigmoid(x),
    "Silu": lambda a, x: F.silu(x),
    "Slice": cut,
    "Softmax": lambda a, x: x.softmax(a.get("axis", -1)),
    "Split": lambda a, x, sizes=None: x.split(sizes, a["axis"]) if sizes else x.chunk(a["num_outputs"], a["axis"]),
    "Unsqueeze": lambda a, x, axes: x.unsqueeze(axes[0]),
    "Transpose": lambda a, x: x.permute(a["perm"]),
}
TRAINING = [True]


def linear_layers(nodes, parameters):
    """A product with a matrix of parameters and the addition of a vector of them, as one node."""
    readers = {}
    for node in nodes:
        for name in node["inputs"]:
            readers.setdefault(name, []).append(node)
    dropped, kept = set(), []
    for node in nodes:
        if node["outputs"][0] in dropped:
            continue
        following = readers.get(node["outputs"][0], [])
        weight = node["inputs"][1] if node["op"] == "MatMul" else None
        if weight in parameters and len(following) == 1 and following[0]["op"] == "Add":
            bias = next((name for name in following[0]["inputs"] if name in parameters), None)
            if bias is not None and len(parameters[bias]) == 1:
                parameters[weight] = parameters[weight][::-1]
                dropped.add(following[0]["outputs"][0])
                kept.append({**following[0], "op": "Linear", "attributes": {}, "inputs": [node["inputs"][0], weight, bias]})
                continue
        kept.append(node)
    return kept


def draw(shape):
    if len(shape) < 2:
        return torch.ones(shape)
    return torch.randn(shape) * math.sqrt(2 / max(1, math.prod(shape[1:])))


def laid(x, spec):
    """In the layout that is asked for, as far as an array has four axes."""
    last = spec["layout"] == "channels_last" and x.dim() == 4
    return x.contiguous(memory_format=torch.channels_last) if last else x


class Network:
    def __init__(self, spec):
        shapes = {name: list(dims) for name, dims in spec["parameters"].items()}
        self.nodes = linear_layers(spec["nodes"], shapes)
        self.parameters = {name: laid(draw(dims), spec).requires_grad_() for name, dims in shapes.items()}
        self.values = dict(self.parameters)
        for name, (kind, dims, values) in spec["constants"].items():
            whole = values if dims else values[0]
            self.values[name] = torch.tensor(values, dtype=torch.float32).reshape(dims) if kind == "float32" and dims else whole
        self.input, self.output = spec["input"], spec["output"]

    def __call__(self, x):
        values = {**self.values, self.input: x}
        for node in self.nodes:
            x = [values[name] if name else None for name in node["inputs"]]
            y = OPS[node["op"]](node["attributes"], *x)
            for name, value in zip(node["outputs"], y if isinstance(y, (tuple, list)) else [y]):
                values[name] = value
        return values[self.output]


def peak():
    """Linux counts the memory of the process that started this one into ru_maxrss, but not into VmHWM."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    spec = json.loads(sys.stdin.readline())
    torch.set_num_threads(spec["threads"])
    torch.manual_seed(0)
    network = Network(spec)
    optimizer = torch.optim.SGD(network.parameters.values(), lr=1e-3, momentum=0.9, weight_decay=5e-4)
    x = laid(torch.randn(spec["batch"], *spec["shape"]), spec)
    forward = torch.compile(network.__call__) if spec["compiled"] else network
    labels = torch.arange(spec["batch"]) % spec["classes"]

    def step():
        TRAINING[0] = True
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(forward(x), labels).backward()
        optimizer.step()

    def evaluate():
        TRAINING[0] = False
        with torch.no_grad():
            return int((forward(x).argmax(1) == labels).sum())

    how = "compiled" if spec["compiled"] else spec["layout"]
    if spec["compiled"]:
        step()
    print(json.dumps({"name": f"PyTorch {torch.__version__}, {how}, {torch.get_num_threads()} threads"}), flush=True)
    for line in sys.stdin:
        if line.strip() == "memory":
            print(json.dumps({"bytes": peak()}), flush=True)
            continue
        if line.strip() == "roles":
            print(json.dumps(milliseconds_by_role(step)), flush=True)
            continue
        wall, processor = time.perf_counter(), time.process_time()
        {"step": step, "evaluate": evaluate}[line.strip()]()
        times = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor}
        print(json.dumps({clock: 1e3 * seconds for clock, seconds in times.items()}), flush=True)


main()
