"""What students do instead: known wrong solutions of assignment 05, each with a name and a hint.

A docstring says in one sentence what was done, a hint what to think about, never the answer.
The names appear in reports to instructors; the hints are read by students.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder.check import mistake
from reference.lenet import LeNet, export_parameters, lenet_forward

# --- lenet_forward -------------------------------------------------------------------------------


@mistake(
    of=lenet_forward,
    hint="Which seven values should your function give back, and under which names?",
)
def returns_only_the_logits(x, parameters):
    """Only the logits are returned, as an array."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    return parameters["output.weight"] @ f6 + parameters["output.bias"]


@mistake(
    of=lenet_forward,
    hint="Which keys does the docstring name? Count them.",
)
def returns_the_picture_too(x, parameters):
    """The dict holds the picture as an eighth entry."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"x": x, "c1": c1, "s2": s2, "c3": c3, "s4": s4,
            "c5": c5, "f6": f6, "logits": logits}  # fmt: skip


@mistake(
    of=lenet_forward,
    hint="How large is a map of C1 if windows of 5 × 5 must stay inside 28 × 28 pixels?",
)
def forgets_the_frame(x, parameters):
    """The picture gets no frame of zeros, so the dense layer meets 256 values instead of 400."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = x.astype(float)
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 12, 2, 12, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 4, 2, 4, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="A frame has four sides. Where does the picture lie inside of yours?",
)
def frames_below_and_right_only(x, parameters):
    """All the zeros are added below and to the right."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (0, 4), (0, 4)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Which number does the frame hold?",
)
def frames_with_the_border(x, parameters):
    """The frame repeats the pixels at the border of the picture."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)), "edge")
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Is this a convolution in the sense of mathematics, or of networks?",
)
def flips_the_kernels(x, parameters):
    """The kernels are turned by 180° before they slide."""
    windows = np.lib.stride_tricks.sliding_window_view
    k1, k3 = (parameters[f"{name}.weight"][..., ::-1, ::-1] for name in ("c1", "c3"))
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), k1)
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), k3)
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Which axis of a kernel counts its rows?",
)
def transposes_the_kernels(x, parameters):
    """Rows and columns of the kernels are swapped."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcvu->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcvu->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Draw the picture, and then what your first layer reads.",
)
def transposes_the_picture(x, parameters):
    """The picture is turned over its diagonal."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.transpose(0, 2, 1).astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Has anybody asked for another scale of the pixels? When did they get theirs?",
)
def rescales_the_picture(x, parameters):
    """The pixels are divided by 255 once more."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x / 255, ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="How many weights belong to C1, and how many of them do you use?",
)
def forgets_the_bias_of_the_maps(x, parameters):
    """C1 and C3 are computed without their biases."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1)
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3)
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="How many biases does C1 have, and which map gets which?",
)
def gives_all_maps_the_first_bias(x, parameters):
    """All maps of a layer get the bias of the first one."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"][0])
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"][0])
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Which activation did LeNet have, and which did the networks of 2012?",
)
def uses_relu_for_tanh(x, parameters):
    """Negative values become 0 and positive ones stay: ReLU in the place of tanh."""
    windows = np.lib.stride_tricks.sliding_window_view
    relu = lambda values: np.maximum(values, 0)  # noqa: E731 - as students write it
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = relu(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = relu(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = relu(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = relu(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Between which two numbers do the values of tanh lie, and yours?",
)
def uses_sigmoid_for_tanh(x, parameters):
    """The sigmoid takes the place of tanh."""
    windows = np.lib.stride_tricks.sliding_window_view
    squash = lambda values: 1 / (1 + np.exp(-values))  # noqa: E731 - as students write it
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = squash(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = squash(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = squash(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = squash(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Which values does S2 read: those that you return as C1?",
)
def returns_values_before_tanh(x, parameters):
    """The network is right, but the dict holds the sums before tanh."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    a1 = c1 + parameters["c1.bias"].reshape(6, 1, 1)
    s2 = np.tanh(a1).reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    a3 = c3 + parameters["c3.bias"].reshape(16, 1, 1)
    s4 = np.tanh(a3).reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"]
    f6 = parameters["f6.weight"] @ np.tanh(c5) + parameters["f6.bias"]
    logits = parameters["output.weight"] @ np.tanh(f6) + parameters["output.bias"]
    return {"c1": a1, "s2": s2, "c3": a3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="What comes first, the mean of four values or their tanh? Does the order matter?",
)
def activates_after_pooling(x, parameters):
    """The maps are pooled first, and tanh follows."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = c1 + parameters["c1.bias"].reshape(6, 1, 1)
    s2 = np.tanh(c1.reshape(6, 14, 2, 14, 2).mean((2, 4)))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = c3 + parameters["c3.bias"].reshape(16, 1, 1)
    s4 = np.tanh(c3.reshape(16, 5, 2, 5, 2).mean((2, 4)))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="How often does a value pass through tanh on its way from C1 to C3?",
)
def activates_twice(x, parameters):
    """tanh stands after the convolution and once more after the pool."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = np.tanh(c1.reshape(6, 14, 2, 14, 2).mean((2, 4)))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = np.tanh(c3.reshape(16, 5, 2, 5, 2).mean((2, 4)))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="What does the S in S2 stand for, and how did LeNet make maps smaller?",
)
def pools_the_maximum(x, parameters):
    """The largest of four values is kept instead of their mean."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).max((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).max((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Pool a map of ones. What should come out?",
)
def pools_the_sum(x, parameters):
    """Four values are added up and not divided by four."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).sum((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).sum((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="How many of the four values in a window have a say?",
)
def skips_instead_of_pooling(x, parameters):
    """Every second value is kept, the others are left out."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1[:, ::2, ::2]
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3[:, ::2, ::2]
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="One kernel of C3 reads six maps. What happens to the six sums?",
)
def averages_over_the_maps(x, parameters):
    """C3 takes the mean over the six maps instead of adding them up."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"] / 6)
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="How many maps does one kernel of C3 read?",
)
def reads_the_first_map_only(x, parameters):
    """C3 looks at the first of the six maps only."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum(
        "cijuv,fcuv->fij", windows(s2[:1], (5, 5), (1, 2)), parameters["c3.weight"][:, :1]
    )
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Go through the layers once more: which of them are followed by tanh?",
)
def forgets_tanh_in_c3(x, parameters):
    """C3 has no activation."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = c3 + parameters["c3.bias"].reshape(16, 1, 1)
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="In which order do you read a page: line by line, or column by column?",
)
def flattens_columns_first(x, parameters):
    """The maps of S4 are laid out column by column."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.transpose(0, 2, 1).ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Which of the 400 values stand next to each other: those of one map, or of one place?",
)
def flattens_maps_last(x, parameters):
    """The values of all maps at one place come first, then those at the next place."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.transpose(1, 2, 0).ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="What are two dense layers in a row good for, without anything between them?",
)
def forgets_tanh_in_c5(x, parameters):
    """C5 has no activation."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"]
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="What are two dense layers in a row good for, without anything between them?",
)
def forgets_tanh_in_f6(x, parameters):
    """F6 has no activation."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = parameters["f6.weight"] @ c5 + parameters["f6.bias"]
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Which of the ten arrays do you not use?",
)
def forgets_the_bias_of_dense_layers(x, parameters):
    """C5, F6 and the output are computed without their biases."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel())
    f6 = np.tanh(parameters["f6.weight"] @ c5)
    logits = parameters["output.weight"] @ f6
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="May a logit be larger than 1?",
)
def activates_the_logits(x, parameters):
    """tanh follows the output layer, too."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = np.tanh(parameters["output.weight"] @ f6 + parameters["output.bias"])
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Is the loss going to take the softmax itself? What do logits add up to?",
)
def makes_probabilities_of_the_logits(x, parameters):
    """A softmax follows the output layer."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1))
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    logits = np.exp(logits - logits.max())
    logits = logits / logits.sum()
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Print the dtype of every layer for a picture of bytes. What can a uint8 hold?",
)
def keeps_the_number_type_of_the_picture(x, parameters):
    """C1 is stored in the number type of the picture, so whole numbers cut it off."""
    windows = np.lib.stride_tricks.sliding_window_view
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"].reshape(6, 1, 1)).astype(x.dtype)
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"].reshape(16, 1, 1))
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


@mistake(
    of=lenet_forward,
    hint="Look at the shapes in `parameters` after the first call.",
)
def reshapes_the_biases_of_the_caller(x, parameters):
    """The biases get new axes inside the caller's dict, so the next call meets other shapes."""
    windows = np.lib.stride_tricks.sliding_window_view
    for name in ("c1", "c3"):
        parameters[f"{name}.bias"] = parameters[f"{name}.bias"][:, None, None]
    framed = np.pad(x.astype(float), ((0, 0), (2, 2), (2, 2)))
    c1 = np.einsum("cijuv,fcuv->fij", windows(framed, (5, 5), (1, 2)), parameters["c1.weight"])
    c1 = np.tanh(c1 + parameters["c1.bias"])
    s2 = c1.reshape(6, 14, 2, 14, 2).mean((2, 4))
    c3 = np.einsum("cijuv,fcuv->fij", windows(s2, (5, 5), (1, 2)), parameters["c3.weight"])
    c3 = np.tanh(c3 + parameters["c3.bias"])
    s4 = c3.reshape(16, 5, 2, 5, 2).mean((2, 4))
    c5 = np.tanh(parameters["c5.weight"] @ s4.ravel() + parameters["c5.bias"])
    f6 = np.tanh(parameters["f6.weight"] @ c5 + parameters["f6.bias"])
    logits = parameters["output.weight"] @ f6 + parameters["output.bias"]
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


# --- LeNet ---------------------------------------------------------------------------------------


@mistake(
    of=LeNet,
    hint="What does nn.Module have to set up before it can hold layers?",
)
class forgets_to_call_super(nn.Module):
    """`super().__init__()` is missing, so no layer can be added."""

    def __init__(self):
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="By which names will others look for your layers?",
)
class chooses_names_of_its_own(nn.Module):
    """The layers are called conv1, conv2, fc1, fc2 and fc3."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.fc1(x))
        x = torch.tanh(self.fc2(x))
        return self.fc3(x)


@mistake(
    of=LeNet,
    hint="What does torch do when a layer becomes an attribute? Does it look into a list, too?",
)
class keeps_layers_in_a_list(nn.Module):
    """The layers stand in an ordinary list, where torch does not find their weights."""

    def __init__(self):
        super().__init__()
        self.maps = [nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)]
        self.dense = [nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)]

    def forward(self, x):
        for layer in self.maps:
            x = F.avg_pool2d(torch.tanh(layer(x)), 2)
        x = x.flatten(1)
        for layer in self.dense[:2]:
            x = torch.tanh(layer(x))
        return self.dense[2](x)


@mistake(
    of=LeNet,
    hint="How old are your weights when the second batch comes?",
)
class makes_layers_inside_forward(nn.Module):
    """The layers are made anew in each call of forward, so nothing that was learned survives."""

    def forward(self, x):
        self.c1, self.c3 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.c5, self.f6 = nn.Linear(400, 120), nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = torch.tanh(self.c5(x.flatten(1)))
        return self.output(torch.tanh(self.f6(x)))


@mistake(
    of=LeNet,
    hint="How large is a map of C1 if windows of 5 × 5 must stay inside 28 × 28 pixels?",
)
class does_without_the_frame(nn.Module):
    """C1 has no padding, and C5 was made smaller to fit."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(256, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="What does torch add to a layer unless you forbid it?",
)
class does_without_biases(nn.Module):
    """The convolutions are made with bias=False."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2, bias=False)
        self.c3 = nn.Conv2d(6, 16, 5, bias=False)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="A kernel as large as its map is a dense layer. But which of the two is asked for?",
)
class makes_c5_a_convolution(nn.Module):
    """C5 is a convolution with 120 kernels."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = torch.tanh(self.c5(x)).flatten(1)
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="What does a mean of four values have to learn?",
)
class gives_the_pools_weights(nn.Module):
    """A convolution of 2 × 2 with stride 2 takes the place of each pool."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.s2 = nn.Conv2d(6, 6, 2, stride=2)
        self.s4 = nn.Conv2d(16, 16, 2, stride=2)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = self.s2(torch.tanh(self.c1(x)))
        x = self.s4(torch.tanh(self.c3(x)))
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="Which layers does LeNet-5 consist of? What was invented twenty years later?",
)
class normalizes_the_maps(nn.Module):
    """A batch normalisation follows each convolution."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.n1, self.n3 = nn.BatchNorm2d(6), nn.BatchNorm2d(16)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.n1(self.c1(x))), 2)
        x = F.avg_pool2d(torch.tanh(self.n3(self.c3(x))), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="Print the shape before and after the flattening, for two pictures.",
)
class flattens_the_batch_too(nn.Module):
    """The whole batch becomes one long vector."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten()
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="Which axes does `squeeze` remove? Put in a batch of one picture.",
)
class squeezes_a_single_picture(nn.Module):
    """All axes of length 1 are removed in the end, that of the batch included."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x).squeeze()


@mistake(
    of=LeNet,
    hint="Do the numbers of one picture change when another one joins the batch?",
)
class compares_the_pictures(nn.Module):
    """A softmax is taken over the batch."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return torch.softmax(self.output(x), dim=0)


@mistake(
    of=LeNet,
    hint="What does the cross-entropy of torch expect: logits or probabilities?",
)
class returns_probabilities(nn.Module):
    """A softmax follows the output layer."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return torch.softmax(self.output(x), dim=1)


@mistake(
    of=LeNet,
    hint="What comes out of the last layer, and what is a matter of the loss?",
)
class returns_log_probabilities(nn.Module):
    """A log-softmax follows the output layer."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return F.log_softmax(self.output(x), dim=1)


@mistake(
    of=LeNet,
    hint="May a logit be larger than 1?",
)
class squashes_the_output(nn.Module):
    """tanh follows the output layer, too."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return torch.tanh(self.output(x))


@mistake(
    of=LeNet,
    hint="Which activation did LeNet have, and which did the networks of 2012?",
)
class builds_with_relu(nn.Module):
    """ReLU takes the place of tanh."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.relu(self.c1(x)), 2)
        x = F.avg_pool2d(torch.relu(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.relu(self.c5(x))
        x = torch.relu(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="Between which two numbers do the values of tanh lie, and yours?",
)
class builds_with_sigmoid(nn.Module):
    """The sigmoid takes the place of tanh."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.sigmoid(self.c1(x)), 2)
        x = F.avg_pool2d(torch.sigmoid(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.sigmoid(self.c5(x))
        x = torch.sigmoid(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="How did LeNet make maps smaller?",
)
class builds_with_max_pools(nn.Module):
    """The pools keep the maximum."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.max_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="What comes first, the mean of four values or their tanh? Does the order matter?",
)
class pools_before_activating(nn.Module):
    """The maps are pooled first, and tanh follows."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = torch.tanh(F.avg_pool2d(self.c1(x), 2))
        x = torch.tanh(F.avg_pool2d(self.c3(x), 2))
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="What are three dense layers in a row good for, without anything between them?",
)
class leaves_dense_layers_linear(nn.Module):
    """C5 and F6 have no activation."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = self.c5(x)
        x = self.f6(x)
        return self.output(x)


@mistake(
    of=LeNet,
    hint="In which order should the 400 values come? Compare with `lenet_forward`.",
)
class flattens_channels_last(nn.Module):
    """The maps are moved to the last axis before they are flattened."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="Which calls make torch forget how a value was computed?",
)
class cuts_the_chain(nn.Module):
    """The maps are detached before the dense layers, so the convolutions never learn."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.detach().flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


@mistake(
    of=LeNet,
    hint="What would six kernels learn that begin as the same kernel?",
)
class begins_with_zeros(nn.Module):
    """All weights begin as zeros."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)
        for weights in self.parameters():
            nn.init.zeros_(weights)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.flatten(1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.output(x)


# --- export_parameters ---------------------------------------------------------------------------


@mistake(
    of=export_parameters,
    hint="What does type(...) say about your values?",
)
def returns_tensors(model):
    """The values are torch tensors, not arrays."""
    return {name: values.detach() for name, values in model.named_parameters()}


@mistake(
    of=export_parameters,
    hint="Read the message: what does torch want you to call before numpy()?",
)
def forgets_to_detach(model):
    """`numpy()` is called on weights that torch is still watching, which it refuses."""
    return {name: values.numpy() for name, values in model.named_parameters()}


@mistake(
    of=export_parameters,
    hint="Ten arrays are asked for. Which ones are missing?",
)
def forgets_the_biases(model):
    """Only the weights are exported, not the biases."""
    learned = model.named_parameters()
    return {name: v.detach().numpy() for name, v in learned if name.endswith("weight")}


@mistake(
    of=export_parameters,
    hint="Ten arrays are asked for. Which ones are missing?",
)
def forgets_the_dense_layers(model):
    """Only the convolutions are exported."""
    learned = model.named_parameters()
    return {name: v.detach().numpy() for name, v in learned if name[:2] in ("c1", "c3")}


@mistake(
    of=export_parameters,
    hint="By which names does `lenet_forward` look for the weights? Compare letter by letter.",
)
def writes_names_with_underscores(model):
    """The keys are c1_weight, c1_bias and so on."""
    learned = model.named_parameters()
    return {name.replace(".", "_"): values.detach().numpy() for name, values in learned}


@mistake(
    of=export_parameters,
    hint="Which key comes first: that of the layer, or both in one?",
)
def nests_the_layers(model):
    """Every layer has a dict of its own within the dict."""
    result = {}
    for name in ("c1", "c3", "c5", "f6", "output"):
        layer = getattr(model, name)
        result[name] = {
            "weight": layer.weight.detach().numpy(),
            "bias": layer.bias.detach().numpy(),
        }
    return result


@mistake(
    of=export_parameters,
    hint="Which axis of a dense weight in torch counts the outputs? And in `lenet_forward`?",
)
def transposes_the_dense_weights(model):
    """The weights of the dense layers are exported as (in, out)."""
    result = {}
    for name, values in model.named_parameters():
        array = values.detach().numpy()
        result[name] = array.T if array.ndim == 2 else array
    return result


@mistake(
    of=export_parameters,
    hint="Print the shapes of what you return.",
)
def flattens_the_weights(model):
    """Every array is laid out as one long row."""
    return {name: v.detach().numpy().ravel() for name, v in model.named_parameters()}


@mistake(
    of=export_parameters,
    hint="Does `lenet_forward` flip the kernels? Does torch?",
)
def flips_the_exported_kernels(model):
    """The kernels of C1 and C3 are turned by 180°."""
    result = {}
    for name, values in model.named_parameters():
        array = values.detach().numpy()
        result[name] = array[..., ::-1, ::-1] if array.ndim == 4 else array
    return result


@mistake(
    of=export_parameters,
    hint="Which keys does the docstring name? Count them.",
)
def adds_the_number_of_weights(model):
    """The dict holds an eleventh entry, the total number of weights."""
    result = {name: values.detach().numpy() for name, values in model.named_parameters()}
    result["total"] = sum(array.size for array in result.values())
    return result


@mistake(
    of=export_parameters,
    hint="Whose weights does your function return? Where does `model` occur in it?",
)
def exports_a_new_network(model):
    """A new network is made, and its weights are exported."""
    torch.manual_seed(0)
    learned = type(model)().named_parameters()
    return {name: values.detach().numpy() for name, values in learned}


@mistake(
    of=export_parameters,
    hint="How many digits of a weight does a float16 keep?",
)
def rounds_the_weights(model):
    """The weights are exported as float16."""
    learned = model.named_parameters()
    return {name: values.detach().numpy().astype(np.float16) for name, values in learned}


@mistake(
    of=export_parameters,
    hint="Let the model learn something, and export once more.",
)
def remembers_the_first_export(model):
    """The first result is kept with the model and returned for ever."""
    if not hasattr(model, "exported"):
        learned = model.named_parameters()
        model.exported = {name: values.detach().numpy().copy() for name, values in learned}
    return model.exported


@mistake(
    of=export_parameters,
    hint="Can the model still learn after your function was called?",
)
def freezes_the_model(model):
    """The weights are told that they need no gradient, and are never told otherwise."""
    learned = model.named_parameters()
    return {name: values.requires_grad_(False).numpy() for name, values in learned}
