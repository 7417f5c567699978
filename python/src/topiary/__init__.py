"""From PyTorch to a Topiary leaderboard, and back.

    import topiary
    verdict = topiary.check(model, board)                                     # keeps nothing
    row = topiary.evaluate(model, board, method="mine", licence="MIT")        # enters it, waits, and returns its row
    small = topiary.apply_kept(model, "net.2x.kept.json")                     # what `topiary prune` cut, cut here
"""
from .client import Client, check, submit, wait
from .errors import (
    BadKept,
    NotAdmitted,
    Refused,
    RunFailed,
    TopiaryError,
    Unreachable,
    UntrainedNetwork,
)
from .evaluation import evaluate, row_of
from .kept import KeptAxis, apply_kept
from .network import export, looks_untrained
from .onnx_weights import read_weights
from .torch_pruning import prune_to

__all__ = [
    "BadKept",
    "Client",
    "KeptAxis",
    "NotAdmitted",
    "Refused",
    "RunFailed",
    "TopiaryError",
    "Unreachable",
    "UntrainedNetwork",
    "apply_kept",
    "check",
    "evaluate",
    "export",
    "looks_untrained",
    "prune_to",
    "read_weights",
    "row_of",
    "submit",
    "wait",
]
