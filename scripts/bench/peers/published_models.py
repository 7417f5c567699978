"""The published networks of the zoo in PyTorch: their counts by Torch-Pruning's counter, or one of them as numbers.

Needs torch, torchvision, timm, einops and a checkout of Torch-Pruning, whose folder is the first argument; its networks for
CIFAR lie in `reproduce/engine/models`. Alone it prints one line of JSON for each network: `pure` hooks Conv2d and
Linear; `sha256` is of the lines `name elements` of every float tensor, sorted. With a name and a folder it writes that
network's tensors (drawn anew, so that none is neutral), two pictures and the answer into `tensors.json` and `.bin`.
Command: python3 scripts/bench/peers/published_models.py ../Torch-Pruning [swin-tiny FOLDER]
"""
import hashlib
import json
import os
import sys

sys.path[:0] = [sys.argv[1], os.path.join(sys.argv[1], "reproduce", "engine", "models")]
import timm
import torch
import torch_pruning
from cifar import densenet, mobilenetv2, resnet, resnet_tiny, vgg
from torch import nn
from torchvision import models
from torchvision.models.vision_transformer import EncoderBlock


def by_place(self, x):
    # Hooks see only what is given by place; older torchvision calls attention by name
    y = self.ln_1(x)
    x = x + self.self_attention(y, y, y, need_weights=False)[0]
    return x + self.mlp(self.ln_2(x))


EncoderBlock.forward = by_place

TORCHVISION = {
    "resnet18": "resnet18",
    "resnet34": "resnet34",
    "resnet50": "resnet50",
    "resnet101": "resnet101",
    "resnet152": "resnet152",
    "vgg16": "vgg16_bn",
    "vgg19": "vgg19_bn",
    "mobilenet-v2": "mobilenet_v2",
    "mobilenet-v3-large": "mobilenet_v3_large",
    "densenet121": "densenet121",
    "convnext-tiny": "convnext_tiny",
    "convnext-small": "convnext_small",
    "convnext-base": "convnext_base",
    "efficientnet-b0": "efficientnet_b0",
    "regnet-x-1-6gf": "regnet_x_1_6gf",
    "resnext50": "resnext50_32x4d",
    "vit-base-patch32": "vit_b_32",
}
TIMM = {
    "vit-small": "vit_small_patch16_224",
    "vit-base": "vit_base_patch16_224",
    "deit-tiny": "deit_tiny_patch16_224",
    "deit-small": "deit_small_patch16_224",
    "deit-base": "deit_base_patch16_224",
    "deit-tiny-distilled": "deit_tiny_distilled_patch16_224",
    "deit-small-distilled": "deit_small_distilled_patch16_224",
    "deit-base-distilled": "deit_base_distilled_patch16_224",
    "swin-tiny": "swin_tiny_patch4_window7_224",
    "swin-small": "swin_small_patch4_window7_224",
    "swin-base": "swin_base_patch4_window7_224",
}
CIFAR = {
    "resnet18": resnet.resnet18,
    "resnet50": resnet.resnet50,
    "vgg16": vgg.vgg16_bn,
    "vgg19": vgg.vgg19_bn,
    "resnet56": resnet_tiny.resnet56,
    "mobilenet-v2": mobilenetv2.mobilenetv2,
    "densenet121": densenet.densenet121,
}


NETWORKS = {
    **{name: (224, getattr(models, build)) for name, build in TORCHVISION.items()},
    **{name: (224, lambda build=build: timm.create_model(build)) for name, build in TIMM.items()},
    **{
        f"{name}-cifar{classes}": (32, lambda build=build, classes=classes: build(num_classes=classes))
        for classes in (10, 100)
        for name, build in CIFAR.items()
    },
}


def products(model, x):
    macs = []

    def hook(module, _, y):
        macs.append(y.numel() * (module.weight[0].numel() if isinstance(module, nn.Conv2d) else module.in_features))

    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            module.register_forward_hook(hook)
    with torch.no_grad():
        model(x)
    return sum(macs)


def floats_of(model):
    return {name: value for name, value in model.state_dict().items() if value.is_floating_point()}


def count(name):
    size, build = NETWORKS[name]
    model, x = build().eval(), torch.zeros(1, 3, size, size)
    published, params = torch_pruning.utils.count_ops_and_params(model, x)
    tensors = sorted(f"{key} {value.numel()}" for key, value in floats_of(model).items())
    return {
        "model": name,
        "params": params,
        # torchvision multiplies attention's fused projection without a module
        "pure": None if name in TORCHVISION and "vit" in name else products(model, x),
        "published": int(published),
        "tensors": len(tensors),
        "sha256": hashlib.sha256("\n".join(tensors).encode()).hexdigest(),
    }


def draw(name, tensor):
    """Nothing stays neutral: no scale of 1, no shift of 0, no statistic of a fresh network."""
    if "running_var" in name or (tensor.dim() == 1 and name.endswith("weight")) or "layer_scale" in name:
        tensor.uniform_(0.5, 1.5)
    elif tensor.dim() == 1:
        tensor.normal_(0, 0.1)
    elif any(part in name for part in ("embed", "token", "position")) or not tensor.any():
        tensor.normal_(0, 0.1)


def write(name, folder):
    size, build = NETWORKS[name]
    torch.manual_seed(0)
    model, picture = build().eval(), torch.randn(2, 3, size, size)
    with torch.no_grad():
        tensors = floats_of(model)
        for key, value in tensors.items():
            draw(key, value)
        tensors |= {"picture": picture, "answer": model(picture)}
    with open(os.path.join(folder, "tensors.json"), "w") as file:
        json.dump([[key, list(value.shape)] for key, value in tensors.items()], file)
    with open(os.path.join(folder, "tensors.bin"), "wb") as file:
        for value in tensors.values():
            file.write(value.contiguous().numpy().astype("<f4").tobytes())


if len(sys.argv) > 2:
    write(sys.argv[2], sys.argv[3])
else:
    for name in NETWORKS:
        print(json.dumps(count(name)), flush=True)
