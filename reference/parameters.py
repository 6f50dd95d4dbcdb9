"""Counting: the reference solutions of assignment 04.

Why not connect everything with everything? Three kinds of things are counted, and they are easily
mixed up. A *parameter* is a number that is learnt and must be stored, a *connection* is a line of
the graph, one multiplication, and a *byte* is what it costs to keep a number. A convolution has
far fewer connections than a dense layer (each output looks at a small window), and fewer parameters
still (all windows share their weights).
"""


def count_dense_parameters(sizes):
    """How many numbers a fully connected network has to learn: its weights and its biases.

    `sizes` is a list of ints ≥ 1: how many values go in, then how many neurons each layer has, at
    least one layer. Every neuron has one weight for each value of the layer before, and one bias.
    The values that go in are given, not computed.

    Returns an int, exact for networks of any size. `sizes` stays as it is.

    Example: [3, 2] has six weights and two biases: 8. [3, 2, 4] has twelve more parameters: 20.
    """
    weights = sum(sizes[layer - 1] * sizes[layer] for layer in range(1, len(sizes)))
    biases = sum(sizes[1:])
    return weights + biases


def count_conv_parameters(in_channels, filters, kernel_h, kernel_w, bias=True):
    """How many numbers a convolution layer has to learn.

    It holds `filters` kernels. Each of them covers a window of kernel_h × kernel_w in all
    `in_channels` channels at once, and has one bias where `bias` is true. How large the picture is,
    and how often a kernel is used, does not matter.

    Returns an int. All four numbers are ints ≥ 1, kernels may be oblong, `bias` is a bool.

    Example: 2 channels, 5 filters of 1 × 3 give 35, and 30 with bias=False.
    """
    weights_of_one = in_channels * kernel_h * kernel_w
    return filters * (weights_of_one + 1) if bias else filters * weights_of_one


def memory_bytes(parameters, bytes_per_parameter=4):
    """How many bytes it takes to store that many `parameters`.

    `parameters` is their number, an int ≥ 0. `bytes_per_parameter` is an int: 4 for float32, what
    networks mostly use, 8 for float64, 2 for float16, 1 for int8.

    Returns an int.

    Example: 1000 parameters take 4000 bytes, and as float64 8000.
    """
    return parameters * bytes_per_parameter


def count_connections(input_shape, filters, kernel, stride=1, padding=0):
    """How many multiplications one layer needs, as a convolution and as a dense layer.

    The convolution reads `input_shape` (C, H, W) with `filters` kernels of kernel × kernel over all
    channels, moved by `stride` over pictures with a frame of `padding` zeros; sizes round down. Its
    multiplications are counted for all windows, products with zeros of the frame too. The dense
    layer computes as many outputs, but each of them from all C·H·W inputs; it needs no frame.
    Biases are added, not multiplied: they do not count.

    Returns a dict of two ints, `{"conv": …, "dense": …}`. All numbers are ints; at least one window
    fits.

    Example: (1, 3, 4) with 2 filters of 2 × 2 has 12 outputs: {"conv": 48, "dense": 144}.
    """
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel * kernel,
        "dense": outputs * channels * height * width,
    }


def count_lenet_parameters():
    """How many parameters each layer of LeNet-5 has, and the whole network.

    A picture of 1 × 28 × 28 passes through

    `c1`      convolution, 6 filters of 5 × 5, padding 2,
              then a pool of 2 × 2,
    `c3`      convolution, 16 filters of 5 × 5 over all maps,
              then a pool of 2 × 2,
    `c5`      dense, 120 neurons, connected to every value that the pool returns,
    `f6`      dense, 84 neurons,
    `output`  dense, 10 neurons.

    All five have biases. Pools take the mean of a window and have nothing to learn.

    Returns a dict of ints with exactly the keys `c1`, `c3`, `c5`, `f6`, `output` and `total`, their
    sum.
    """
    side = (28 // 2 - 5 + 1) // 2  # of the maps that reach c5: 28, pooled 14, c3 10, pooled 5
    counts = {
        "c1": 6 * (1 * 5 * 5 + 1),
        "c3": 16 * (6 * 5 * 5 + 1),
        "c5": 120 * (16 * side * side + 1),
        "f6": 84 * (120 + 1),
        "output": 10 * (84 + 1),
    }
    return counts | {"total": sum(counts.values())}
