"""A PyTorch module as the file that a board takes."""
from __future__ import annotations

import contextlib
import inspect
import io
import os
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Union

from .errors import TopiaryError

if TYPE_CHECKING:
    from torch import nn

# A module, the bytes of an ONNX file, or its path.
Network = Union["nn.Module", bytes, str, "os.PathLike[str]"]


def _torch() -> Any:
    try:
        import torch
    except ImportError as missing:
        raise TopiaryError("a PyTorch module needs PyTorch: pip install torch (an ONNX file does not)") from missing
    return torch


@contextlib.contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    """In evaluation mode, and each part as it was afterwards."""
    before = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for part, training in before:
            part.training = training


def export(model: nn.Module, input_shape: Sequence[int], *, opset: int = 17) -> bytes:
    """The module as an ONNX file.

    `input_shape` is of one example, [3, 32, 32]; the batch is the only dimension without a number. Batch normalisation
    is not folded into the convolutions, since fine-tuning needs it; parameters keep their names of the state dict.
    """
    torch = _torch()
    device = next((tensor.device for tensor in model.parameters()), torch.device("cpu"))
    file = io.BytesIO()
    # Newer releases have two exporters; the older one needs no further packages, and keeps names.
    older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with _evaluating(model), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (torch.zeros(1, *input_shape, device=device),),
            file,
            opset_version=opset,
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
            input_names=["input"],
            output_names=["logits"],
            dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}},
            **older,
        )
    return file.getvalue()


def looks_untrained(model: nn.Module) -> bool:
    """Whether every running statistic is as it was made: mean 0 and variance 1. False where there are none."""
    norms = [part for part in model.modules() if getattr(part, "running_mean", None) is not None]
    return bool(norms) and all(
        bool((part.running_mean == 0).all()) and bool((part.running_var == 1).all()) for part in norms  # type: ignore[union-attr]
    )


def bytes_of(network: Network, input_shape: Sequence[int]) -> bytes:
    """The file of whatever stands for a network."""
    if isinstance(network, bytes):
        return network
    if isinstance(network, (str, os.PathLike)):
        with open(network, "rb") as file:
            return file.read()
    return export(network, input_shape)
