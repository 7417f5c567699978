"""Small networks, one for each way in which widths hang together, and what the tests ask of the machine."""
from __future__ import annotations

import importlib.util
import json
import os
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

BOARD = "classification.vgg-tiny.shapes32"


def needs(*modules: str) -> Any:
    """Skips a test, and says why, where a module is not installed."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


needs_server = unittest.skipUnless(os.environ.get("TOPIARY_URL"), "TOPIARY_URL names no server")
needs_cli = unittest.skipUnless(os.environ.get("TOPIARY_CLI"), "TOPIARY_CLI names no command line")


def pruned(network: bytes, target: str = "2x", *options: str) -> tuple[Path, list[dict[str, Any]]]:
    """What `topiary prune` makes of a file: the pruned file, and the kept channels."""
    folder = Path(tempfile.mkdtemp(prefix="topiary-python-"))
    (folder / "net.onnx").write_bytes(network)
    out = folder / "small.onnx"
    command = [*shlex.split(os.environ["TOPIARY_CLI"]), "prune", str(folder / "net.onnx"), "-t", target, "-o", str(out)]
    done = subprocess.run([*command, *options, "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return out, json.loads((folder / "small.kept.json").read_text())


def vgg() -> Any:
    """The board's network as a module: its state dict has the names of the board's file."""
    from torch import nn

    class Vgg(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layers, before = [], 3
            for stage in [(16, 16), (32, 32), (48, 64)]:
                for width in stage:
                    layers += [nn.Conv2d(before, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                    before = width
                layers.append(nn.MaxPool2d(2))
            self.features = nn.Sequential(*layers)
            self.classifier = nn.Linear(before, 10)

        def forward(self, x: Any) -> Any:
            return self.classifier(self.features(x).mean((2, 3)))

    return Vgg()


def residual() -> Any:
    """A projection shortcut and a depthwise convolution: groups of channels that leave together."""
    from torch import nn

    class Block(nn.Module):
        def __init__(self, before: int, after: int) -> None:
            super().__init__()
            self.expand = nn.Conv2d(before, 48, 1, bias=False)
            self.norm = nn.BatchNorm2d(48)
            self.depthwise = nn.Conv2d(48, 48, 3, padding=1, groups=48)
            self.project = nn.Conv2d(48, after, 1)
            self.shortcut = nn.Conv2d(before, after, 1)

        def forward(self, x: Any) -> Any:
            y = self.norm(self.expand(x)).relu()
            return (self.project(self.depthwise(y)) + self.shortcut(x)).relu()

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(3, 24, 3, padding=1)
            self.blocks = nn.Sequential(Block(24, 32), Block(32, 32))
            self.grouped = nn.Conv2d(32, 32, 3, padding=1, groups=4)
            self.head = nn.Linear(32, 10)

        def forward(self, x: Any) -> Any:
            return self.head(self.grouped(self.blocks(self.stem(x).relu())).relu().mean((2, 3)))

    return Net()


def tokens(hidden: int = 96) -> Any:
    """Linear layers of a sequence: the exporter makes MatMuls of them, whose weights have no names of the module."""
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patch = nn.Conv2d(3, 32, 8, 8)
            self.norm = nn.LayerNorm(32)
            self.fc1 = nn.Linear(32, hidden)
            self.fc2 = nn.Linear(hidden, 32)
            self.head = nn.Linear(32, 10)

        def forward(self, x: Any) -> Any:
            x = self.patch(x).flatten(2).transpose(1, 2)
            x = x + self.fc2(self.fc1(self.norm(x)).relu())
            return self.head(x.mean(1))

    return Net()


def settled(model: Any) -> Any:
    """Seeded weights and running statistics that have seen examples, so that every number counts."""
    import torch

    torch.manual_seed(7)
    for tensor in model.parameters():
        torch.nn.init.normal_(tensor, 0.05, 0.2)
    model.train()
    for _ in range(3):
        model(torch.randn(16, 3, 32, 32))
    return model.eval()
