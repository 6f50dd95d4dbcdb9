"""Correct solutions of assignment 05 in other styles: none of them may lose a point.

They differ in the algorithm, in the number type of the result, and in whether the result shares
memory with an argument.
"""

import numpy as np
import torch.nn.functional as F
from torch import nn

from autograder.check import variant
from reference.lenet import LeNet, export_parameters, lenet_forward

# --- lenet_forward -------------------------------------------------------------------------------


@variant(of=lenet_forward)
def lenet_forward_in_loops(x, parameters):
    """One window at a time, as it is told on paper."""
    p = {name: np.asarray(values, dtype=float) for name, values in parameters.items()}

    def convolution(stack, weight, bias):
        side = stack.shape[1] - 4
        maps = np.zeros((len(weight), side, side))
        for i in range(side):
            for j in range(side):
                window = stack[:, i : i + 5, j : j + 5]
                maps[:, i, j] = (weight * window).sum(axis=(1, 2, 3)) + bias
        return np.tanh(maps)

    def pool(stack):
        corners = [stack[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
        return sum(corners) / 4

    frame = np.zeros((1, 32, 32))
    frame[:, 2:30, 2:30] = x
    layers = {"c1": convolution(frame, p["c1.weight"], p["c1.bias"])}
    layers["s2"] = pool(layers["c1"])
    layers["c3"] = convolution(layers["s2"], p["c3.weight"], p["c3.bias"])
    layers["s4"] = pool(layers["c3"])
    values = layers["s4"].flatten()
    for name in ("c5", "f6"):
        values = layers[name] = np.tanh(p[f"{name}.weight"].dot(values) + p[f"{name}.bias"])
    layers["logits"] = p["output.weight"].dot(values) + p["output.bias"]
    return layers


@variant(of=lenet_forward)
def lenet_forward_by_columns(x, parameters):
    """im2col: every window is a column, every layer a product of matrices."""

    def columns(stack):
        side = stack.shape[-1] - 4
        rows = [stack[c, u : u + side, v : v + side].ravel()
                for c in range(len(stack)) for u in range(5) for v in range(5)]  # fmt: skip
        return np.stack(rows), side

    def layer(name, inputs):
        weight, bias = parameters[name + ".weight"], parameters[name + ".bias"]
        return weight.reshape(len(weight), -1) @ inputs + bias[:, None]

    def halve(maps):
        pairs = maps[:, ::2] + maps[:, 1::2]
        return (pairs[..., ::2] + pairs[..., 1::2]) * 0.25

    windows, side = columns(np.pad(x[0].astype(np.float64), 2)[None])
    c1 = np.tanh(layer("c1", windows)).reshape(6, side, side)
    s2 = halve(c1)
    windows, side = columns(s2)
    c3 = np.tanh(layer("c3", windows)).reshape(16, side, side)
    s4 = halve(c3)
    c5 = np.tanh(layer("c5", s4.reshape(-1, 1)))
    f6 = np.tanh(layer("f6", c5))
    result = {"logits": layer("output", f6)[:, 0], "f6": f6[:, 0], "c5": c5[:, 0]}
    return result | {"s4": s4, "c3": c3, "s2": s2, "c1": c1}


@variant(of=lenet_forward)
def lenet_forward_in_float32(x, parameters):
    """Shifted maps, each times one weight of every kernel; all in single precision."""
    p = {name: array.astype(np.float32) for name, array in parameters.items()}
    values = np.pad(x.astype(np.float32), ((0, 0), (2, 2), (2, 2)))
    result = {}
    for name, pooled in (("c1", "s2"), ("c3", "s4")):
        kernels, side = p[f"{name}.weight"], values.shape[1] - 4
        maps = np.zeros((len(kernels), side, side), np.float32) + p[f"{name}.bias"][:, None, None]
        for u, v in np.ndindex(5, 5):
            shifted = values[:, u : u + side, v : v + side]
            maps += np.einsum("fc,cij->fij", kernels[:, :, u, v], shifted)
        result[name] = np.tanh(maps)
        values = np.mean(result[name].reshape(len(maps), side // 2, 2, -1, 2), axis=(2, 4))
        result[pooled] = values
    values = values.reshape(400)
    for name in ("c5", "f6"):
        values = np.tanh(np.inner(p[f"{name}.weight"], values) + p[f"{name}.bias"])
        result[name] = values
    result["logits"] = np.inner(p["output.weight"], values) + p["output.bias"]
    return result


# --- LeNet ---------------------------------------------------------------------------------------


@variant(of=LeNet)
class lenet_of_functions(nn.Module):
    """Functions between the layers, weights drawn after Xavier Glorot, one size left to torch."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, (5, 5), padding="same")
        self.c3 = nn.Conv2d(6, 16, (5, 5))
        self.c5 = nn.Linear(16 * 5 * 5, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)
        for layer in (self.c1, self.c3, self.c5, self.f6, self.output):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = F.avg_pool2d(F.tanh(self.c1(x)), kernel_size=2, stride=2)
        x = F.avg_pool2d(F.tanh(self.c3(x)), kernel_size=2, stride=2)
        x = x.view(x.size(0), -1)
        return self.output(F.tanh(self.f6(F.tanh(self.c5(x)))))


@variant(of=LeNet)
class lenet_in_sequences(nn.Module):
    """The layers are attributes, and the same layers stand in two sequences."""

    def __init__(self):
        nn.Module.__init__(self)
        maps = [nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)]
        dense = [nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)]
        first = [maps[0], nn.Tanh(), nn.AvgPool2d(2), maps[1], nn.Tanh(), nn.AvgPool2d(2)]
        last = [nn.Flatten(), dense[0], nn.Tanh(), dense[1], nn.Tanh(), dense[2]]
        self.eyes, self.brain = nn.Sequential(*first), nn.Sequential(*last)
        self.c1, self.c3 = maps
        self.c5, self.f6, self.output = dense

    def forward(self, x):
        return self.brain(self.eyes(x))


@variant(of=LeNet)
class lenet_with_lazy_layers(nn.Module):
    """Layers that take their number of inputs from the first picture; pools as reshaped means."""

    def __init__(self):
        super().__init__()
        self.c1, self.c3 = nn.LazyConv2d(6, 5, padding=2), nn.LazyConv2d(16, 5)
        self.c5, self.f6, self.output = nn.LazyLinear(120), nn.LazyLinear(84), nn.LazyLinear(10)
        self.tanh = nn.Tanh()

    def forward(self, x):
        for layer in (self.c1, self.c3):
            x = self.tanh(layer(x))
            n, maps, height, width = x.shape
            x = x.reshape(n, maps, height // 2, 2, width // 2, 2).mean(dim=(3, 5))
        x = x.reshape(n, 400)
        for layer in (self.c5, self.f6):
            x = self.tanh(layer(x))
        return self.output(x)


# --- export_parameters ---------------------------------------------------------------------------


@variant(of=export_parameters)
def export_parameters_from_the_state(model):
    """All that torch would save, as arrays that share memory with the model."""
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


@variant(of=export_parameters)
def export_parameters_one_by_one(model):
    """Copies in float64, written out."""

    def array(tensor):
        return np.array(tensor.tolist())

    result = {}
    for name in ["output", "f6", "c5", "c3", "c1"]:
        layer = getattr(model, name)
        result[name + ".weight"] = array(layer.weight)
        result[name + ".bias"] = array(layer.bias)
    return result


@variant(of=export_parameters)
def export_parameters_as_copies(model):
    """Copies of what lies below the gradients."""
    return {name: values.data.clone().cpu().numpy() for name, values in model.named_parameters()}
