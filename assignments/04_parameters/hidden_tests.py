"""Hidden tests of 04_parameters. The first line of a test's docstring is what the student reads.

Numbers are drawn so that no two of them are equal: an 8 that is a channel in one place and a filter
in the other could hide that the two were mixed up. The comment above a test names the mistakes
that no earlier test of its question catches.
"""

from autograder.check import like, points


def different(rng, low, high, count):
    """That many different ints from low to high − 1, in random order."""
    return (low + rng.permutation(high - low)[:count]).tolist()


# --- count_dense_parameters ----------------------------------------------------------------------


# Catches whatever goes wrong with the biases, and floats.
@points("count_dense_parameters", 1, hint="Draw three inputs and two neurons. What is learnt?")
def test_count_dense_parameters_of_one_layer(student, reference, rng):
    """Weights and biases of a single layer."""
    for _ in range(3):
        sizes = different(rng, 3, 40, 2)
        expected = like(reference.count_dense_parameters(sizes))
        assert student.count_dense_parameters(sizes) == expected


# Catches products across layers, and what only the first or the last layer has.
@points("count_dense_parameters", 1, hint="Which layers are connected with which?")
def test_count_dense_parameters_of_several_layers(student, reference, rng):
    """Networks of two to five layers, also with layers of a single neuron."""
    for depth in (2, 3, 4, 5):
        sizes = different(rng, 2, 30, depth + 1)
        expected = like(reference.count_dense_parameters(sizes))
        assert student.count_dense_parameters(sizes) == expected
    sizes = [*different(rng, 2, 30, 2), 1, int(rng.integers(2, 30)), 1]
    expected = like(reference.count_dense_parameters(sizes))
    assert student.count_dense_parameters(sizes) == expected


# Catches integers of 32 bits.
@points("count_dense_parameters", 0.5, hint="How large a number can your integers hold?")
def test_count_dense_parameters_is_exact_for_large_networks(student, reference, rng):
    """Networks with millions of inputs and billions of parameters are counted exactly."""
    for pixels in (128, 512, 1024):
        sizes = [3 * pixels**2, *(1000 * n + 96 for n in different(rng, 3, 9, 2)), 10]
        expected = like(reference.count_dense_parameters(sizes))
        assert student.count_dense_parameters(sizes) == expected


# Catches lists that are used up.
@points("count_dense_parameters", 0.5, hint="Print the list of sizes before and after the call.")
def test_count_dense_parameters_leaves_the_list_alone(student, reference, rng):
    """The list of sizes stays as it is, and a second call is as right as the first."""
    sizes = different(rng, 2, 30, 4)
    before, expected = list(sizes), like(reference.count_dense_parameters(sizes))
    assert student.count_dense_parameters(sizes) == expected
    assert sizes == before, "Your function changes the list of sizes."
    assert student.count_dense_parameters(sizes) == expected


# --- memory_bytes --------------------------------------------------------------------------------


# Catches other units and other operations.
@points("memory_bytes", 0.5)
def test_memory_bytes_takes_four_bytes_by_default(student, reference, rng):
    """Without a second argument a parameter takes the 4 bytes of a float32."""
    for count in (0, 1, *rng.integers(1000, 10**9, 2).tolist()):
        expected = like(reference.memory_bytes(count))
        assert student.memory_bytes(count) == expected


# Catches the 4 bytes that are always there.
@points("memory_bytes", 0.5, hint="What should change for numbers of half the precision?")
def test_memory_bytes_takes_any_precision(student, reference, rng):
    """Parameters of 1, 2, 8 and 16 bytes."""
    for size in (1, 2, 8, 16):
        count = int(rng.integers(10**6, 10**9))
        expected = like(reference.memory_bytes(count, size))
        assert student.memory_bytes(count, size) == expected
    assert student.memory_bytes(7, bytes_per_parameter=3) == like(21)


# --- count_conv_parameters -----------------------------------------------------------------------


# Catches forgotten and surplus biases, channels and filters.
@points("count_conv_parameters", 1, hint="How many numbers belong to one filter?")
def test_count_conv_parameters_of_square_kernels(student, reference, rng):
    """Square kernels, with a bias for each filter."""
    for _ in range(4):
        channels, filters, k = different(rng, 3, 40, 3)
        expected = like(reference.count_conv_parameters(channels, filters, k, k))
        assert student.count_conv_parameters(channels, filters, k, k) == expected


# Catches code for square kernels only.
@points("count_conv_parameters", 1, hint="Try a kernel of 1 × 3, and then one of 3 × 1.")
def test_count_conv_parameters_of_oblong_kernels(student, reference, rng):
    """Oblong kernels, also kernels of one row, one column, one channel and one filter."""
    channels, filters, tall, wide = different(rng, 2, 30, 4)
    cases = [(channels, filters, tall, wide), (channels, filters, 1, wide), (1, filters, tall, 1),
             (channels, 1, wide, tall), (channels, filters, 1, 1)]  # fmt: skip
    for case in cases:
        expected = like(reference.count_conv_parameters(*case))
        assert student.count_conv_parameters(*case) == expected


# Catches biases that are always there.
@points("count_conv_parameters", 1, hint="What is the last argument for?")
def test_count_conv_parameters_without_bias(student, reference, rng):
    """Layers without biases, and layers whose biases are asked for explicitly."""
    for bias in (False, True):
        case = different(rng, 2, 30, 4)
        expected = like(reference.count_conv_parameters(*case, bias=bias))
        assert student.count_conv_parameters(*case, bias=bias) == expected
        assert student.count_conv_parameters(*case, bias) == expected


# --- count_connections ---------------------------------------------------------------------------


def part(found, key):
    """One of the two numbers, once it is clear that it is there."""
    assert isinstance(found, dict), "A dict was expected."
    assert key in found, f"The key '{key}' is missing."
    return found[key]


def plain_case(rng):
    """A picture that is wider than tall, filters and a kernel: all numbers different."""
    channels, kernel = different(rng, 2, 6, 2)
    height, width = sorted(different(rng, 8, 20, 2))
    return (channels, height, width), int(rng.integers(20, 30)), kernel


# Catches windows and channels that are not counted, or counted otherwise.
@points("count_connections", 0.75, hint="How many windows are there, how many products in each?")
def test_count_connections_of_a_convolution(student, reference, rng):
    """`conv`, without stride and padding."""
    for _ in range(3):
        case = plain_case(rng)
        expected = like(reference.count_connections(*case)["conv"])
        assert part(student.count_connections(*case), "conv") == expected


# Catches inputs and outputs that are not counted, or counted otherwise.
@points("count_connections", 0.75, hint="How many inputs, how many outputs? Who sees whom?")
def test_count_connections_of_a_dense_layer(student, reference, rng):
    """`dense`, for a layer without stride and padding."""
    for _ in range(3):
        case = plain_case(rng)
        expected = like(reference.count_connections(*case)["dense"])
        assert part(student.count_connections(*case), "dense") == expected


# Catches strides without effect, and rounding.
@points("count_connections", 0.5, hint="How often does a window of 3 fit into 8 with stride 2?")
def test_count_connections_with_a_stride(student, reference, rng):
    """Strides, also some that do not come out even."""
    channels, filters = different(rng, 2, 20, 2)
    for sides, kernel, stride in (((9, 15), 3, 2), ((10, 17), 4, 3), ((14, 8), 2, 5)):
        case = ((channels, *sides), filters, kernel, stride)
        expected = reference.count_connections(*case)
        found = student.count_connections(*case)
        assert part(found, "conv") == like(expected["conv"])
        assert part(found, "dense") == like(expected["dense"])


# Catches padding without effect, on one side, and where it should not count.
@points("count_connections", 0.5, hint="Which of the two layers sees the zeros of the frame?")
def test_count_connections_with_padding(student, reference, rng):
    """Padding: it makes more windows, but it adds no inputs to the dense layer."""
    channels, filters = different(rng, 2, 20, 2)
    for sides, kernel, padding in (((9, 6), 3, 1), ((7, 12), 5, 2), ((4, 5), 2, 3)):
        case = ((channels, *sides), filters, kernel, 1, padding)
        expected = reference.count_connections(*case)
        found = student.count_connections(*case)
        assert part(found, "conv") == like(expected["conv"])
        assert part(found, "dense") == like(expected["dense"])


# Catches surplus keys.
@points("count_connections", 0.5, hint="Look at the keys. Try a kernel of 1, and a single window.")
def test_count_connections_returns_exactly_two_numbers(student, reference, rng):
    """The whole dict: everything at once, kernels of 1 × 1, a window as large as the picture."""
    c, f = different(rng, 2, 20, 2)
    cases = [((c, 8, 13), f, 4, 3, 2), ((c, 6, 5), f, 1), ((c, 7, 7), f, 7), ((1, 3, 9), 1, 3, 2),
             ((c, 5, 2), f, 6, 1, 2)]  # fmt: skip
    for case in cases:
        expected = like(reference.count_connections(*case))
        assert student.count_connections(*case) == expected


# --- count_lenet_parameters ----------------------------------------------------------------------


# Catches biases, channels and windows.
@points("count_lenet_parameters", 0.5, hint="One filter of C1: how many weights, how many biases?")
def test_count_lenet_parameters_c1(student, reference):
    """`c1`, the first convolution."""
    expected = like(reference.count_lenet_parameters()["c1"])
    assert part(student.count_lenet_parameters(), "c1") == expected


# Catches filters that see one map, or some.
@points("count_lenet_parameters", 0.5, hint="How many maps does one filter of C3 look at?")
def test_count_lenet_parameters_c3(student, reference):
    """`c3`, the second convolution."""
    expected = like(reference.count_lenet_parameters()["c3"])
    assert part(student.count_lenet_parameters(), "c3") == expected


# Catches shapes that are not followed to the end.
@points("count_lenet_parameters", 0.75, hint="Which shape arrives at C5? Follow the picture.")
def test_count_lenet_parameters_c5(student, reference):
    """`c5`, where the maps meet the first dense layer."""
    expected = like(reference.count_lenet_parameters()["c5"])
    assert part(student.count_lenet_parameters(), "c5") == expected


# Catches layers that are connected to the wrong one.
@points("count_lenet_parameters", 0.5, hint="How many values does the layer before return?")
def test_count_lenet_parameters_f6_and_output(student, reference):
    """`f6` and `output`, the last two dense layers."""
    found, expected = student.count_lenet_parameters(), reference.count_lenet_parameters()
    assert part(found, "f6") == like(expected["f6"])
    assert part(found, "output") == like(expected["output"])


# Catches sums that leave something out, and none at all.
@points("count_lenet_parameters", 0.5, hint="Does your total add up all five layers, and no more?")
def test_count_lenet_parameters_total(student, reference):
    """`total`, the whole network."""
    expected = like(reference.count_lenet_parameters()["total"])
    assert part(student.count_lenet_parameters(), "total") == expected


# Catches entries for layers that have nothing to learn.
@points("count_lenet_parameters", 0.25, hint="Which layers have something to learn?")
def test_count_lenet_parameters_has_six_entries(student, reference):
    """The dict has exactly the six keys that were asked for."""
    found, expected = student.count_lenet_parameters(), reference.count_lenet_parameters()
    some = [key for key in expected if part(found, key) == like(expected[key])]
    assert len(found) == len(expected), "There are keys that nobody asked for."
    assert some, "None of the numbers is right."
