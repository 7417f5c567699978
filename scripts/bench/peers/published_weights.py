"""Full networks of torchvision and timm as files of weights, with two pictures and PyTorch's logits for them.

Needs torch, torchvision, timm and safetensors. Weights are drawn, none neutral. Alone it prints the names; with a name and
a folder it writes `weights.pt` or `weights.safetensors` by turns, `picture.bin` and `answer.bin` (float32).
Command: python3 scripts/bench/peers/published_weights.py [resnet50/timm FOLDER]
"""
import os
import sys

import timm
import torch
from safetensors.torch import save_file
from torchvision import models

TORCHVISION = {
    "resnet18": "resnet18",
    "resnet50": "resnet50",
    "resnext50": "resnext50_32x4d",
    "vgg16": "vgg16_bn",
    "mobilenet-v2": "mobilenet_v2",
    "mobilenet-v3-large": "mobilenet_v3_large",
    "densenet121": "densenet121",
    "efficientnet-b0": "efficientnet_b0",
    "regnet-x-1-6gf": "regnet_x_1_6gf",
    "convnext-tiny": "convnext_tiny",
    "vit-base": "vit_b_16",
    "vit-base-patch32": "vit_b_32",
}
TIMM = {
    "resnet50": "resnet50",
    "vgg16": "vgg16_bn",
    "mobilenet-v2": "mobilenetv2_100",
    "densenet121": "densenet121",
    "convnext-tiny": "convnext_tiny",
    "vit-small": "vit_small_patch16_224",
    "vit-base": "vit_base_patch16_224",
    "vit-base-patch32": "vit_base_patch32_224",
    "deit-tiny": "deit_tiny_patch16_224",
    "deit-small-distilled": "deit_small_distilled_patch16_224",
    "deit-base": "deit_base_patch16_224",
    "swin-tiny": "swin_tiny_patch4_window7_224",
}
BUILD = {
    **{f"{name}/torchvision": lambda build=build: getattr(models, build)() for name, build in TORCHVISION.items()},
    **{f"{name}/timm": lambda build=build: timm.create_model(build) for name, build in TIMM.items()},
}


def draw(name, tensor):
    """Nothing stays neutral: no scale of 1, no shift of 0, no statistic of a fresh network."""
    if "running_var" in name or (tensor.dim() == 1 and name.endswith(("weight", "gamma"))) or "layer_scale" in name:
        tensor.uniform_(0.5, 1.5)
    elif tensor.dim() == 1:
        tensor.normal_(0, 0.1)
    elif any(part in name for part in ("embed", "token", "position")) or not tensor.any():
        tensor.normal_(0, 0.1)


def write(name, folder):
    torch.manual_seed(0)
    model, picture = BUILD[name]().eval(), torch.randn(2, 3, 224, 224)
    with torch.no_grad():
        state = model.state_dict()
        for key, value in state.items():
            if value.is_floating_point():
                draw(key, value)
        answer = model(picture)
    if name.endswith("timm"):
        save_file({k: v.contiguous() for k, v in state.items()}, os.path.join(folder, "weights"))
    else:
        torch.save({"model": {f"module.{k}": v for k, v in state.items()}, "epoch": 90}, os.path.join(folder, "weights"))
    for file, value in (("picture", picture), ("answer", answer)):
        with open(os.path.join(folder, f"{file}.bin"), "wb") as out:
            out.write(value.contiguous().numpy().astype("<f4").tobytes())


if len(sys.argv) > 2:
    write(sys.argv[1], sys.argv[2])
else:
    print("\n".join(BUILD))
