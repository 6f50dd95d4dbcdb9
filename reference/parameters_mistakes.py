"""What students do instead: known wrong solutions of assignment 04, each with a name and a hint.

A docstring says in one sentence what was done, a hint what to think about, never the answer.
The names appear in reports to instructors; the hints are read by students.
"""

import numpy as np

from autograder.check import mistake
from reference.parameters import (
    count_connections,
    count_conv_parameters,
    count_dense_parameters,
    count_lenet_parameters,
    memory_bytes,
)

# --- count_dense_parameters ----------------------------------------------------------------------


@mistake(
    of=count_dense_parameters,
    hint="What does a neuron add to its weighted sum before the activation?",
)
def forgets_the_biases(sizes):
    """Only the weights are counted."""
    return sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1))


@mistake(
    of=count_dense_parameters,
    hint="A bias belongs to a sum that is computed. Is anything computed in the first column?",
)
def gives_the_inputs_biases(sizes):
    """Every size counts as biases, that of the input too: the number on the lecture's slide."""
    weights = sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1))
    return weights + sum(sizes)


@mistake(
    of=count_dense_parameters,
    hint="To which end of a line does the bias belong: to the value that goes in, or to the sum?",
)
def counts_a_bias_for_each_input(sizes):
    """Each layer has as many biases as inputs, not as many as neurons."""
    return sum(sizes[i] * (sizes[i + 1] + 1) for i in range(len(sizes) - 1))


@mistake(
    of=count_dense_parameters,
    hint="Do all neurons of a layer add the same number? How many biases do five neurons have?",
)
def counts_one_bias_for_each_layer(sizes):
    """Each layer has a single bias."""
    return sum(sizes[i] * sizes[i + 1] + 1 for i in range(len(sizes) - 1))


@mistake(
    of=count_dense_parameters,
    hint="How often is the bias added in one neuron: once, or once for each weight?",
)
def counts_a_bias_for_each_weight(sizes):
    """Every weight has a bias of its own."""
    return sum(2 * sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1))


@mistake(
    of=count_dense_parameters,
    hint="The last layer is a layer like the others. Does your sum treat it so?",
)
def forgets_the_biases_of_the_output(sizes):
    """The neurons of the last layer have no bias."""
    weights = sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1))
    return weights + sum(sizes[1:-1])


@mistake(
    of=count_dense_parameters,
    hint="Draw three columns of dots. How many bundles of lines are there?",
)
def counts_the_first_layer_only(sizes):
    """Only the connections of the first layer are counted."""
    return sizes[0] * sizes[1] + sizes[1]


@mistake(
    of=count_dense_parameters,
    hint="Which layers are connected with each other: neighbours, or the first with the last?",
)
def connects_the_first_with_the_last(sizes):
    """The weights between the first and the last layer are counted, and all biases."""
    return sizes[0] * sizes[-1] + sum(sizes[1:])


@mistake(
    of=count_dense_parameters,
    hint="Two bundles of lines: are their numbers added or multiplied?",
)
def multiplies_all_sizes(sizes):
    """All sizes are multiplied with each other, then the biases added."""
    product = 1
    for size in sizes:
        product *= size
    return product + sum(sizes[1:])


@mistake(
    of=count_dense_parameters,
    hint="How large is the largest number that an integer of 32 bits can hold?",
)
def counts_in_32_bits(sizes):
    """The sum is computed in 32-bit integers, which overflow for large networks."""
    layers = np.array(sizes, dtype=np.int64)
    return int(np.int64(layers[:-1] @ layers[1:] + layers[1:].sum()).astype(np.int32))


@mistake(
    of=count_dense_parameters,
    hint="A number of things: of which type should it be? What does 8.0 parameters mean?",
)
def counts_in_floats(sizes):
    """The number is a float."""
    layers = np.array(sizes, dtype=float)
    return float(layers[:-1] @ layers[1:] + layers[1:].sum())


@mistake(
    of=count_dense_parameters,
    hint="Print the list of sizes after the call. What is left of it?",
)
def uses_up_the_sizes(sizes):
    """The sizes are popped off the caller's list."""
    total = 0
    while len(sizes) > 1:
        inputs = sizes.pop(0)
        total += (inputs + 1) * sizes[0]
    return total


# --- count_conv_parameters -----------------------------------------------------------------------


@mistake(
    of=count_conv_parameters,
    hint="What does a filter add to its weighted sum?",
)
def never_counts_a_bias(in_channels, filters, kernel_h, kernel_w, bias=True):
    """The biases are left out, whatever `bias` says."""
    return filters * in_channels * kernel_h * kernel_w


@mistake(
    of=count_conv_parameters,
    hint="Call your function with bias=True and with bias=False. Does anything change?",
)
def always_counts_a_bias(in_channels, filters, kernel_h, kernel_w, bias=True):
    """The biases are counted, whatever `bias` says."""
    return filters * (in_channels * kernel_h * kernel_w + 1)


@mistake(
    of=count_conv_parameters,
    hint="A filter on a colour picture: into how many channels does it look, and does it use the "
    "same weights in each?",
)
def forgets_the_input_channels(in_channels, filters, kernel_h, kernel_w, bias=True):
    """A filter has one flat kernel, however many channels there are."""
    return filters * (kernel_h * kernel_w + bool(bias))


@mistake(
    of=count_conv_parameters,
    hint="A layer has several filters. Does each of them have weights of its own?",
)
def counts_one_filter(in_channels, filters, kernel_h, kernel_w, bias=True):
    """The weights of a single filter are counted, and all biases."""
    return in_channels * kernel_h * kernel_w + (filters if bias else 0)


@mistake(
    of=count_conv_parameters,
    hint="How many biases does a layer of six filters have? What is True as a number?",
)
def counts_one_bias_for_the_layer(in_channels, filters, kernel_h, kernel_w, bias=True):
    """`bias` is added as a number, which makes one bias for the whole layer."""
    return filters * in_channels * kernel_h * kernel_w + int(bias)


@mistake(
    of=count_conv_parameters,
    hint="A filter adds up the products of all its channels. How often is the bias added to it?",
)
def counts_a_bias_for_each_slice(in_channels, filters, kernel_h, kernel_w, bias=True):
    """Each channel of each filter has a bias of its own."""
    return filters * in_channels * (kernel_h * kernel_w + bool(bias))


@mistake(
    of=count_conv_parameters,
    hint="How often is the bias added in one window: once, or once for each product?",
)
def counts_a_bias_for_every_weight(in_channels, filters, kernel_h, kernel_w, bias=True):
    """Every weight has a bias of its own."""
    weights = filters * in_channels * kernel_h * kernel_w
    return 2 * weights if bias else weights


@mistake(
    of=count_conv_parameters,
    hint="To which side does a bias belong: to a channel that goes in, or to a map that comes out?",
)
def counts_biases_of_the_inputs(in_channels, filters, kernel_h, kernel_w, bias=True):
    """There are as many biases as input channels."""
    return filters * in_channels * kernel_h * kernel_w + (in_channels if bias else 0)


@mistake(
    of=count_conv_parameters,
    hint="Try a kernel of 1 × 3. Does your function use both of its sides?",
)
def takes_kernels_for_square(in_channels, filters, kernel_h, kernel_w, bias=True):
    """The height of the kernel is taken for its width as well."""
    return filters * (in_channels * kernel_h * kernel_h + bool(bias))


@mistake(
    of=count_conv_parameters,
    hint="How many weights does a kernel of 3 × 5 hold?",
)
def adds_the_sides_of_the_kernel(in_channels, filters, kernel_h, kernel_w, bias=True):
    """The sides of the kernel are added instead of multiplied."""
    return filters * (in_channels * (kernel_h + kernel_w) + bool(bias))


# --- memory_bytes --------------------------------------------------------------------------------


@mistake(
    of=memory_bytes,
    hint="How much memory does the same network need with numbers of twice the precision?",
)
def always_takes_four_bytes(parameters, bytes_per_parameter=4):
    """Every parameter takes 4 bytes, whatever the second argument says."""
    return 4 * parameters


@mistake(
    of=memory_bytes,
    hint="How many bits is a byte, and which of the two is asked?",
)
def counts_bits(parameters, bytes_per_parameter=4):
    """The number of bits is returned."""
    return 8 * parameters * bytes_per_parameter


@mistake(
    of=memory_bytes,
    hint="In which unit is the answer asked? Is it a whole number?",
)
def counts_megabytes(parameters, bytes_per_parameter=4):
    """The number of megabytes is returned."""
    return parameters * bytes_per_parameter / 1e6


@mistake(
    of=memory_bytes,
    hint="If each parameter takes more bytes, does the network need more memory or less?",
)
def divides_by_the_bytes(parameters, bytes_per_parameter=4):
    """The number of parameters is divided by the bytes of each."""
    return parameters // bytes_per_parameter


@mistake(
    of=memory_bytes,
    hint="Which of the two numbers can be left out of the call, and which value has it then?",
)
def counts_the_default_twice(parameters, bytes_per_parameter=4):
    """The bytes of a parameter are multiplied by 4 once more."""
    return parameters * bytes_per_parameter * 4


# --- count_connections ---------------------------------------------------------------------------


@mistake(
    of=count_connections,
    hint="A filter looks at all channels at once. How many products is that in one window?",
)
def looks_at_one_channel(input_shape, filters, kernel, stride=1, padding=0):
    """The convolution is counted for one channel only."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {"conv": outputs * kernel**2, "dense": outputs * channels * height * width}


@mistake(
    of=count_connections,
    hint="How many products does a window of 5 × 5 need: 5, 10 or 25?",
)
def takes_the_kernel_for_a_line(input_shape, filters, kernel, stride=1, padding=0):
    """A window has kernel values, not kernel × kernel."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {"conv": outputs * channels * kernel, "dense": outputs * channels * height * width}


@mistake(
    of=count_connections,
    hint="Parameters are counted once, however often they are used. And multiplications?",
)
def counts_parameters(input_shape, filters, kernel, stride=1, padding=0):
    """The convolution's weights are counted, not how often they are used."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {"conv": filters * channels * kernel**2, "dense": outputs * channels * height * width}


@mistake(
    of=count_connections,
    hint="Is a bias multiplied with anything?",
)
def counts_the_biases(input_shape, filters, kernel, stride=1, padding=0):
    """One more for each output is counted, for its bias."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * (channels * kernel**2 + 1),
        "dense": outputs * (channels * height * width + 1),
    }


@mistake(
    of=count_connections,
    hint="The dense layer computes as many values as the convolution. How many maps are these?",
)
def connects_one_map_only(input_shape, filters, kernel, stride=1, padding=0):
    """The dense layer's outputs are counted for one filter only."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    return {
        "conv": filters * rows * columns * channels * kernel**2,
        "dense": rows * columns * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="How many numbers is a colour picture? All of them are inputs of the dense layer.",
)
def connects_pixels_not_channels(input_shape, filters, kernel, stride=1, padding=0):
    """The dense layer's inputs are counted without the channels."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {"conv": outputs * channels * kernel**2, "dense": outputs * height * width}


@mistake(
    of=count_connections,
    hint="How many outputs does the convolution have? The dense layer has to compute those.",
)
def connects_filters_as_neurons(input_shape, filters, kernel, stride=1, padding=0):
    """The dense layer has one neuron for each filter, not for each output."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": filters * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="How often does a kernel of 3 fit into five pixels, when it must not hang over?",
)
def takes_the_output_to_be_as_large(input_shape, filters, kernel, stride=1, padding=0):
    """Without a stride the output is taken to be as large as the input."""
    channels, height, width = input_shape
    outputs = filters * (height // stride) * (width // stride)
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="A window as large as its picture fits once. What does your formula say?",
)
def leaves_out_one_window(input_shape, filters, kernel, stride=1, padding=0):
    """The "+ 1" is missing in the number of windows."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride
    columns = (width + 2 * padding - kernel) // stride
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="Does your function treat height and width each by itself?",
)
def takes_pictures_for_square(input_shape, filters, kernel, stride=1, padding=0):
    """The width is taken to be the height."""
    channels, side = input_shape[:2]
    rows = (side + 2 * padding - kernel) // stride + 1
    outputs = filters * rows**2
    return {"conv": outputs * channels * kernel**2, "dense": outputs * channels * side**2}


@mistake(
    of=count_connections,
    hint="With a stride of 2, is the window put down as often as with a stride of 1?",
)
def ignores_the_stride(input_shape, filters, kernel, stride=1, padding=0):
    """The stride has no effect."""
    channels, height, width = input_shape
    rows = height + 2 * padding - kernel + 1
    columns = width + 2 * padding - kernel + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="What becomes of the columns that are left over after the last whole window?",
)
def rounds_windows_up(input_shape, filters, kernel, stride=1, padding=0):
    """The number of windows rounds up."""
    channels, height, width = input_shape
    rows = -((kernel - height - 2 * padding) // stride) + 1
    columns = -((kernel - width - 2 * padding) // stride) + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="A kernel of 3 on four pixels with a frame of 1: how many windows are there?",
)
def ignores_the_padding(input_shape, filters, kernel, stride=1, padding=0):
    """The padding has no effect."""
    channels, height, width = input_shape
    rows = (height - kernel) // stride + 1
    columns = (width - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="On how many sides of a row does the frame of zeros lie?",
)
def pads_one_side(input_shape, filters, kernel, stride=1, padding=0):
    """The padding is counted on one side only."""
    channels, height, width = input_shape
    rows = (height + padding - kernel) // stride + 1
    columns = (width + padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="The dense layer has one weight for each input. Are the zeros of the frame inputs?",
)
def connects_the_frame_too(input_shape, filters, kernel, stride=1, padding=0):
    """The dense layer is connected to the padded picture."""
    channels, height, width = (input_shape[0], *(n + 2 * padding for n in input_shape[1:]))
    rows, columns = (height - kernel) // stride + 1, (width - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="Which products does the question count? Read again what it says about the frame.",
)
def leaves_out_products_with_the_frame(input_shape, filters, kernel, stride=1, padding=0):
    """Products with the zeros of the frame are not counted."""
    channels, height, width = input_shape
    met, counts = [], []
    for n in (height, width):
        starts = range(-padding, n + padding - kernel + 1, stride)
        met.append(sum(0 <= s + u < n for s in starts for u in range(kernel)))
        counts.append(len(starts))
    outputs = filters * counts[0] * counts[1]
    return {
        "conv": filters * channels * met[0] * met[1],
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="Which of the two layers needs more multiplications? What does your dict say?",
)
def swaps_conv_and_dense(input_shape, filters, kernel, stride=1, padding=0):
    """The two numbers have changed places."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "dense": outputs * channels * kernel**2,
        "conv": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="A number of things: of which type should it be? Which division gives whole numbers?",
)
def divides_to_floats(input_shape, filters, kernel, stride=1, padding=0):
    """The numbers of windows are floats, and so is all that follows."""
    channels, height, width = input_shape
    rows = np.floor((height + 2 * padding - kernel) / stride) + 1
    columns = np.floor((width + 2 * padding - kernel) / stride) + 1
    outputs = float(filters * rows * columns)
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
    }


@mistake(
    of=count_connections,
    hint="Which keys should the dict have?",
)
def tells_more_than_asked(input_shape, filters, kernel, stride=1, padding=0):
    """The dict also holds the number of outputs."""
    channels, height, width = input_shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    outputs = filters * rows * columns
    return {
        "conv": outputs * channels * kernel**2,
        "dense": outputs * channels * height * width,
        "outputs": outputs,
    }


# --- count_lenet_parameters ----------------------------------------------------------------------


@mistake(
    of=count_lenet_parameters,
    hint="Every filter and every neuron adds one number of its own. Did you count it?",
)
def counts_weights_without_biases():
    """The biases are left out everywhere."""
    counts = {"c1": 6 * 25, "c3": 16 * 150, "c5": 120 * 400, "f6": 84 * 120, "output": 10 * 84}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="A bias belongs to a sum that is computed. How many sums does F6 compute?",
)
def gives_each_input_a_bias():
    """The dense layers have as many biases as inputs."""
    counts = {"c1": 6 * 26, "c3": 16 * 151, "c5": 121 * 400, "f6": 85 * 120, "output": 11 * 84}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="How many maps does C3 get, and how many of them does one filter see?",
)
def lets_c3_see_one_map():
    """A filter of C3 looks at one map only."""
    counts = {"c1": 6 * 26, "c3": 16 * 26, "c5": 120 * 401, "f6": 84 * 121, "output": 10 * 85}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="In the paper of 1998 a filter of C3 saw some of the maps. What does the question say?",
)
def connects_c3_as_in_1998():
    """C3 follows the table in the paper of 1998: 60 connected pairs of maps, not 96."""
    counts = {"c1": 6 * 26, "c3": 60 * 25 + 16, "c5": 120 * 401, "f6": 84 * 121, "output": 10 * 85}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="The picture is grey. How many channels does C1 get?",
)
def takes_colour_pictures():
    """C1 looks at three channels."""
    counts = {"c1": 6 * 76, "c3": 16 * 151, "c5": 120 * 401, "f6": 84 * 121, "output": 10 * 85}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="Does the number of weights of a filter depend on the size of the picture?",
)
def counts_weights_for_each_window():
    """The parameters of the convolutions are multiplied by the pixels of their output."""
    counts = {"c1": 6 * 26 * 28**2, "c3": 16 * 151 * 10**2, "c5": 120 * 401, "f6": 84 * 121}
    counts["output"] = 10 * 85
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="Follow the picture to C5, step by step. Which shape arrives there?",
)
def forgets_the_second_pool():
    """C5 is connected to the maps of C3 before they are pooled."""
    counts = {"c1": 6 * 26, "c3": 16 * 151, "c5": 120 * 1601, "f6": 84 * 121, "output": 10 * 85}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="C1 has a frame of two zeros. How large are its maps, and how large are those at C5?",
)
def forgets_the_padding_of_c1():
    """The maps shrink to 4 × 4 before C5, because the padding of C1 is not counted."""
    counts = {"c1": 6 * 26, "c3": 16 * 151, "c5": 120 * 257, "f6": 84 * 121, "output": 10 * 85}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="How many numbers are 16 maps of 5 × 5?",
)
def connects_c5_to_one_map():
    """C5 is connected to one map only."""
    counts = {"c1": 6 * 26, "c3": 16 * 151, "c5": 120 * 26, "f6": 84 * 121, "output": 10 * 85}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="Which layer stands before F6, and which before the output?",
)
def connects_the_output_to_c5():
    """The output is connected to C5 instead of F6."""
    counts = {"c1": 6 * 26, "c3": 16 * 151, "c5": 120 * 401, "f6": 84 * 121, "output": 10 * 121}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="What is there to learn in the mean of four numbers?",
)
def gives_pools_parameters():
    """Each map of a pool has a factor and a bias, as in the paper of 1998."""
    counts = {"c1": 6 * 26, "s2": 6 * 2, "c3": 16 * 151, "s4": 16 * 2, "c5": 120 * 401}
    counts |= {"f6": 84 * 121, "output": 10 * 85}
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="Which layers have something to learn? Which keys are asked for?",
)
def lists_the_pools_too():
    """The pools have entries of their own, with 0 parameters."""
    counts = {"c1": 6 * 26, "s2": 0, "c3": 16 * 151, "s4": 0, "c5": 120 * 401, "f6": 84 * 121}
    counts["output"] = 10 * 85
    return {**counts, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="Which layers does the total add up? Is the output one of them?",
)
def leaves_the_output_out_of_the_total():
    """The total adds up all layers but the output."""
    counts = {"c1": 6 * 26, "c3": 16 * 151, "c5": 120 * 401, "f6": 84 * 121}
    return {**counts, "output": 10 * 85, "total": sum(counts.values())}


@mistake(
    of=count_lenet_parameters,
    hint="Which six keys are asked for?",
)
def forgets_the_total():
    """The dict has no total."""
    return {"c1": 6 * 26, "c3": 16 * 151, "c5": 120 * 401, "f6": 84 * 121, "output": 10 * 85}
