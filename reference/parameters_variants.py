"""Correct solutions of assignment 04 in other styles: none of them may lose a point.

They differ in how they count, and in whether the result is a Python or a NumPy integer.
"""

import numpy as np

from autograder.check import variant
from reference.parameters import (
    count_connections,
    count_conv_parameters,
    count_dense_parameters,
    count_lenet_parameters,
    memory_bytes,
)

# --- count_dense_parameters ----------------------------------------------------------------------


@variant(of=count_dense_parameters)
def count_dense_parameters_index(sizes):
    """A loop over indices; weights and biases in two sums."""
    weights = 0
    biases = 0
    for layer in range(1, len(sizes)):
        weights += sizes[layer - 1] * sizes[layer]
        biases += sizes[layer]
    return weights + biases


@variant(of=count_dense_parameters)
def count_dense_parameters_numpy(sizes):
    """A dot product; the result is a NumPy integer."""
    layers = np.asarray(sizes, dtype=np.int64)
    return np.dot(layers[:-1], layers[1:]) + np.sum(layers[1:])


@variant(of=count_dense_parameters)
def count_dense_parameters_recursive(sizes):
    """The bias as the weight of one more input that is always 1; the first layer, then the rest."""
    if len(sizes) < 2:
        return 0
    return (sizes[0] + 1) * sizes[1] + count_dense_parameters_recursive(sizes[1:])


# --- count_conv_parameters -----------------------------------------------------------------------


@variant(of=count_conv_parameters)
def count_conv_parameters_sum(in_channels, filters, kernel_h, kernel_w, bias=True):
    """Weights, and the biases on top."""
    count = in_channels * kernel_h * kernel_w * filters
    if bias:
        count = count + filters
    return count


@variant(of=count_conv_parameters)
def count_conv_parameters_arrays(in_channels, filters, kernel_h, kernel_w, bias=True):
    """The sizes of the arrays themselves."""
    weight = np.empty((filters, in_channels, kernel_h, kernel_w), dtype=np.int8)
    biases = np.empty(filters if bias else 0)
    return weight.size + biases.size


@variant(of=count_conv_parameters)
def count_conv_parameters_product(in_channels, filters, kernel_h, kernel_w, bias=True):
    """NumPy's product, a NumPy integer; True counts as 1."""
    return np.prod([in_channels, filters, kernel_h, kernel_w]) + filters * int(bias)


@variant(of=count_conv_parameters)
def count_conv_parameters_as_dense(in_channels, filters, kernel_h, kernel_w, bias=True):
    """A filter is a neuron that sees one window."""
    window = in_channels * kernel_h * kernel_w
    return (window + (1 if bias else 0)) * filters


# --- memory_bytes --------------------------------------------------------------------------------


@variant(of=memory_bytes)
def memory_bytes_numpy(parameters, bytes_per_parameter=4):
    """A NumPy integer."""
    return np.multiply(np.int64(parameters), np.int64(bytes_per_parameter))


@variant(of=memory_bytes)
def memory_bytes_bits(parameters, bytes_per_parameter=4):
    """By way of the bits."""
    bits = parameters * bytes_per_parameter * 8
    return bits // 8


@variant(of=memory_bytes)
def memory_bytes_added_up(parameters, bytes_per_parameter=4):
    """One sum of many bytes."""
    return sum(parameters for _ in range(bytes_per_parameter))


# --- count_connections ---------------------------------------------------------------------------


@variant(of=count_connections)
def count_connections_ranges(input_shape, filters, kernel, stride=1, padding=0):
    """The places where windows begin are listed and counted."""
    c, h, w = input_shape
    tops = range(-padding, h + padding - kernel + 1, stride)
    lefts = range(-padding, w + padding - kernel + 1, stride)
    windows = sum(len(lefts) for _ in tops)
    return {"dense": c * h * w * filters * windows, "conv": c * kernel**2 * filters * windows}


@variant(of=count_connections)
def count_connections_numpy(input_shape, filters, kernel, stride=1, padding=0):
    """Products of arrays; the numbers are NumPy integers."""
    shape = np.array(input_shape, dtype=np.int64)
    sides = (shape[1:] + 2 * padding - kernel) // stride + 1
    outputs = filters * sides.prod()
    return {"conv": outputs * shape[0] * kernel * kernel, "dense": outputs * shape.prod()}


@variant(of=count_connections)
def count_connections_window_by_window(input_shape, filters, kernel, stride=1, padding=0):
    """The windows are put down one by one, and both counts grow with each of them."""
    channels, height, width = input_shape
    result = {"conv": 0, "dense": 0}
    top = -padding
    while top + kernel <= height + padding:
        left = -padding
        while left + kernel <= width + padding:
            result["conv"] += filters * channels * kernel**2
            result["dense"] += filters * channels * height * width
            left += stride
        top += stride
    return result


# --- count_lenet_parameters ----------------------------------------------------------------------


@variant(of=count_lenet_parameters)
def count_lenet_parameters_written_out():
    """The numbers, worked out on paper."""
    return {"c1": 156, "c3": 2416, "c5": 48120, "f6": 10164, "output": 850, "total": 61706}


@variant(of=count_lenet_parameters)
def count_lenet_parameters_by_functions():
    """With the functions of the questions before."""
    table = {
        "c1": count_conv_parameters(1, 6, 5, 5),
        "c3": count_conv_parameters(6, 16, 5, 5),
        "c5": count_dense_parameters([16 * 5 * 5, 120]),
        "f6": count_dense_parameters([120, 84]),
        "output": count_dense_parameters([84, 10]),
    }
    table["total"] = sum(table.values())
    return table


@variant(of=count_lenet_parameters)
def count_lenet_parameters_from_shapes():
    """The shapes of all weights, C5 as the convolution that it was in 1998; NumPy integers."""
    shapes = {"c1": (6, 1, 5, 5), "c3": (16, 6, 5, 5), "c5": (120, 16, 5, 5)}
    shapes |= {"f6": (84, 120), "output": (10, 84)}
    table = {name: np.prod(shape) + shape[0] for name, shape in shapes.items()}
    return table | {"total": np.sum(list(table.values()))}
