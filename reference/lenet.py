"""LeNet-5, forwards: the reference solutions of assignment 05.

Five layers with weights and two pools turn a picture of 28 × 28 pixels into ten numbers. It is
written down twice here: once in NumPy, where every step can be looked at, once in torch, where it
can learn. `export_parameters` carries the weights from the second over to the first, and then both
give the same numbers.
"""

import numpy as np
from torch import nn


def lenet_forward(x, parameters):
    """One picture `x` (1, 28, 28) through LeNet-5, in NumPy; every layer's values are kept.

        layer    what it computes                                         shape        key
        C1       6 kernels of 5 × 5, frame of 2 zeros, then tanh          (6, 28, 28)  "c1"
        S2       mean of every 2 × 2 window, stride 2                     (6, 14, 14)  "s2"
        C3       16 kernels of 5 × 5 over all 6 maps, no frame, tanh      (16, 10, 10) "c3"
        S4       mean of every 2 × 2 window, stride 2                     (16, 5, 5)   "s4"
        C5       dense, 400 → 120, then tanh                              (120,)       "c5"
        F6       dense, 120 → 84, then tanh                               (84,)        "f6"
        output   dense, 84 → 10, and nothing after it                     (10,)        "logits"

    A dense layer gives y[o] = b[o] + Σ_i W[o, i] · x[i]. C5 reads the 400 values of S4 map by map,
    each map row by row. Kernels are not flipped, and each has one bias.

    `parameters` is a dict of ten arrays: "c1.weight" (6, 1, 5, 5), "c1.bias" (6,), "c3.weight"
    (16, 6, 5, 5), "c3.bias" (16,), "c5.weight" (120, 400), "c5.bias" (120,), "f6.weight" (84, 120),
    "f6.bias" (84,), "output.weight" (10, 84), "output.bias" (10,). The picture and the weights may
    hold floats or integers, also `uint8`; all stay as they are.

    Returns a dict with exactly the seven keys above. "c1", "c3", "c5" and "f6" hold the values
    after tanh.
    """

    def convolved(maps, name):
        weight, bias = parameters[f"{name}.weight"], parameters[f"{name}.bias"]
        windows = np.lib.stride_tricks.sliding_window_view(maps, weight.shape[2:], axis=(1, 2))
        sums = np.tensordot(weight.astype(float), windows, axes=((1, 2, 3), (0, 3, 4)))
        return sums + bias[:, None, None]

    def pooled(maps):
        depth, height, width = maps.shape
        return maps.reshape(depth, height // 2, 2, width // 2, 2).mean(axis=(2, 4))

    def dense(values, name):
        return parameters[f"{name}.weight"] @ values + parameters[f"{name}.bias"]

    c1 = np.tanh(convolved(np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2))), "c1"))
    s2 = pooled(c1)
    c3 = np.tanh(convolved(s2, "c3"))
    s4 = pooled(c3)
    c5 = np.tanh(dense(s4.ravel(), "c5"))
    f6 = np.tanh(dense(c5, "f6"))
    logits = dense(f6, "output")
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


class LeNet(nn.Module):
    """LeNet-5 as a torch module, for batches of pictures (N, 1, 28, 28).

    Its layers are those of `lenet_forward`: C1, tanh, mean of 2 × 2, C3, tanh, mean of 2 × 2, C5,
    tanh, F6, tanh, output.
    """

    def __init__(self):
        """Make the five layers that have weights, each an attribute of the model.

        `c1` (1 → 6 maps) and `c3` (6 → 16 maps) are `nn.Conv2d` with kernels of 5 × 5, `c5`
        (400 → 120), `f6` (120 → 84) and `output` (84 → 10) are `nn.Linear`. All have biases.
        That torch draws their weights at random is fine. Modules without weights may be added.
        """
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.c3 = nn.Conv2d(6, 16, kernel_size=5)
        self.c5 = nn.Linear(16 * 5 * 5, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        """The ten logits of every picture: `x` (N, 1, 28, 28) → (N, 10), no softmax.

        Row n of the result depends on picture n alone, and N may be 1.
        """
        x = self.pool(self.c1(x).tanh())
        x = self.pool(self.c3(x).tanh())
        x = self.c5(x.flatten(start_dim=1)).tanh()
        x = self.f6(x).tanh()
        return self.output(x)


def export_parameters(model):
    """The weights of a LeNet `model` as the dict of arrays that `lenet_forward` takes.

    `model` has the layers `c1`, `c3`, `c5`, `f6` and `output` of `LeNet`. Each of them gives two
    arrays, its weights and its bias, in torch's shapes.

    Returns a dict with exactly the keys "c1.weight", "c1.bias", "c3.weight", "c3.bias",
    "c5.weight", "c5.bias", "f6.weight", "f6.bias", "output.weight" and "output.bias"; its values
    are NumPy arrays of floats, which may share memory with the model. The model stays as it is and
    can go on learning.

    With them, `lenet_forward(x, export_parameters(model))["logits"]` is `model(x)` up to rounding.
    """
    layers = {name: getattr(model, name) for name in ("c1", "c3", "c5", "f6", "output")}
    learned = {f"{name}.weight": layer.weight for name, layer in layers.items()}
    learned |= {f"{name}.bias": layer.bias for name, layer in layers.items()}
    return {name: values.detach().numpy() for name, values in learned.items()}
