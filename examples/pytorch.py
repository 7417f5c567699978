"""From a trained PyTorch network to a leaderboard: prune it here, try it at the gate, and, only when asked, enter it.

    python3 -m pip install ./python torch
    python3 examples/pytorch.py                                  # checks only: nothing is kept, nothing appears anywhere
    python3 examples/pytorch.py --enter --method l1-uniform      # enters it, waits, and prints its row and its addresses

The server is the one that runs in this folder, or TOPIARY_URL and TOPIARY_KEY. The network is the board's own, with its
trained weights; the method is the simplest there is: each layer keeps the same share of its filters, those with the
largest L1 norm (Li et al. 2017). Put your own in its place.
"""
from __future__ import annotations

import argparse
import json

import topiary
import torch
from torch import nn

BOARD = "classification.vgg-tiny.shapes32"


class Vgg(nn.Module):
    """The board's network. Its state dict has the names of the board's file, so the trained weights fit."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for stage in ((16, 16), (32, 32), (48, 64)):
            for width in stage:
                layers += [nn.Conv2d(before, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                before = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(before, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x).mean((2, 3)))


def trained(client: topiary.Client, board: str = BOARD) -> Vgg:
    """The network with the weights that the board starts from."""
    weights = {name: torch.tensor(numbers) for name, numbers in topiary.read_weights(client.base(board)).items()}
    net = Vgg()
    net.load_state_dict({**net.state_dict(), **weights})
    return net.eval()


def pruned_by_l1(net: Vgg, keep: float) -> Vgg:
    """A narrower copy: of each convolution the share `keep` of its filters, by L1 norm."""
    entries: list[topiary.KeptAxis] = []
    kept: list[int] = []
    for place, layer in enumerate(net.features):
        if isinstance(layer, nn.Conv2d):
            if kept:
                entries.append({"initializer": f"features.{place}.weight", "axis": 1, "kept": kept})
            norms = layer.weight.detach().abs().sum((1, 2, 3))
            kept = sorted(norms.topk(max(1, round(keep * len(norms)))).indices.tolist())
            entries.append({"initializer": f"features.{place}.weight", "axis": 0, "kept": kept})
        if isinstance(layer, nn.BatchNorm2d):
            for name in ("weight", "bias", "running_mean", "running_var"):
                entries.append({"initializer": f"features.{place}.{name}", "axis": 0, "kept": kept})
    entries.append({"initializer": "classifier.weight", "axis": 1, "kept": kept})
    return topiary.apply_kept(net, entries, example=torch.zeros(2, 3, 32, 32))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--keep", type=float, default=0.55, help="the share of filters that each layer keeps")
    options.add_argument("--enter", action="store_true", help="enter it on the board; without this it is only checked")
    options.add_argument("--method", help="what the row is called")
    options.add_argument("--licence", default="MIT")
    options.add_argument("--division", default="closed", choices=["closed", "open"],
                         help="closed: fine-tuned by the server, as everybody's; open: measured as it is")
    given = options.parse_args()
    if given.enter and not given.method:
        options.error("--enter makes a public row: say with --method what it is called")

    client = topiary.Client()
    small = pruned_by_l1(trained(client), given.keep)
    print(f"checked against {client.address('boards', BOARD)}")
    verdict = client.check(small, BOARD)
    for check in verdict["checks"]:
        print(f"  {check['state']:8}{check['title']}  {check['detail']}")
    if not verdict["ok"] or verdict["speedup"] is None:
        raise topiary.NotAdmitted(verdict)
    print(f"  {verdict['speedup']['published']:.2f}x by multiply-accumulates")
    if not given.enter:
        print("not entered: --enter --method <name> does that")
        return
    row = topiary.evaluate(small, BOARD, method=given.method, licence=given.licence, division=given.division, client=client)
    print(json.dumps({"rank": row["rank"], "metrics": row["metrics"]}, indent=2))


if __name__ == "__main__":
    try:
        main()
    except topiary.TopiaryError as error:
        raise SystemExit(str(error)) from None
