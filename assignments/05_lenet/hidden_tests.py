"""Hidden tests of 05_lenet. The first line of a test's docstring is what the student reads.

`lenet_forward` is judged layer by layer, each one by the values that the student's own layer before
it has given: a mistake in C1 does not cost the points of C3. The torch model is judged by what it
computes with weights that the test puts into it, so it may draw its own ones as it likes. The
comment above a test names the mistakes that no earlier test catches.
"""

import numpy as np
import torch
import torch.nn.functional as F

from autograder.check import like, points

torch.set_num_threads(1)  # as in the sandbox: the same sums in the same order

SHAPES = {"c1": (6, 28, 28), "s2": (6, 14, 14), "c3": (16, 10, 10), "s4": (16, 5, 5),
          "c5": (120,), "f6": (84,), "logits": (10,)}  # fmt: skip
WEIGHTS = {"c1": (6, 1, 5, 5), "c3": (16, 6, 5, 5), "c5": (120, 400), "f6": (84, 120),
           "output": (10, 84)}  # fmt: skip
SPREAD = {"c1": 0.2, "c3": 0.2, "c5": 0.15, "f6": 0.15, "output": 0.3}  # tanh bends, but not fully
ARGUMENTS = "Do you write into an array or into the dict that belongs to the caller?"


def drawn(rng, dtype=float):
    """Weights and biases of all five layers, as the dict that `lenet_forward` takes."""
    weights = {f"{name}.weight": SPREAD[name] * rng.standard_normal(shape)
               for name, shape in WEIGHTS.items()}  # fmt: skip
    biases = {f"{name}.bias": 0.5 * rng.standard_normal(len(weights[f"{name}.weight"]))
              for name in WEIGHTS}  # fmt: skip
    return {name: values.astype(dtype) for name, values in (weights | biases).items()}


def batch(rng, count):
    """A tensor with `count` pictures."""
    return torch.from_numpy(rng.standard_normal((count, 1, 28, 28)).astype(np.float32))


# --- lenet_forward -------------------------------------------------------------------------------


def values(result, *names):
    """The arrays under these keys, once it is clear that they are arrays of the right shapes."""
    assert type(result) is dict, "Your function should return a dict."
    for name in names:
        assert name in result, f"The key {name!r} is missing."
        found = result[name]
        assert type(found) is np.ndarray, f"Under {name!r} there should be an array."
        assert found.shape == SHAPES[name], f"The shape under {name!r} is not right."
        assert found.dtype.kind in "iuf", f"Under {name!r} there should be real numbers."
        assert np.isfinite(found).all(), f"Under {name!r} some values are NaN or infinite."
    return [result[name].astype(float) for name in names]


def alive(name, *runs):
    """Make sure that a layer differs from value to value, and from picture to picture.

    Who fills it with one number makes the next layer right without computing it; so does who fills
    it with numbers that are too small to count beside the biases.
    """
    for found in runs:
        assert len(np.unique(found)) > found.size / 8, f"{name} holds too few different numbers."
        assert np.std(found) > 1e-3, f"{name} holds numbers that hardly differ."
    one, other = runs
    assert (one != other).any(), f"{name} is the same for every picture."


def uneven(maps):
    """Whether the four values of a window differ in some windows: else any one is the mean."""
    depth, height, width = maps.shape
    windows = maps.reshape(depth, height // 2, 2, width // 2, 2)
    return np.mean(np.ptp(windows, axis=(2, 4)) > 0) > 1 / 8


def pooled(maps):
    """The mean of every window of 2 × 2."""
    return F.avg_pool2d(torch.from_numpy(maps), 2).numpy()


def mapped(maps, parameters):
    """C3 of some maps."""
    weight, bias = (torch.from_numpy(parameters[f"c3.{kind}"]) for kind in ("weight", "bias"))
    return F.conv2d(torch.from_numpy(maps), weight, bias).tanh().numpy()


def mixed(flat, parameters, name):
    """A dense layer of some values, without tanh."""
    return np.dot(parameters[f"{name}.weight"], flat) + parameters[f"{name}.bias"]


# Catches results that are no dict, keys too many or too few, and pictures without their frame.
@points("lenet_forward", 1, hint="Count the sizes from layer to layer. Which seven are asked for?")
def test_lenet_forward_returns_seven_layers(student, rng):
    """The result is a dict with the seven layers and nothing else, each of the right shape."""
    parameters, layers = drawn(rng), []
    for _ in range(2):
        result = student.lenet_forward(rng.standard_normal((1, 28, 28)), dict(parameters))
        layers.append(values(result, *SHAPES))
        assert len(result) == len(SHAPES), "The dict has keys that nobody asked for."
    for one, other in zip(*layers, strict=True):
        assert (one != other).any(), "At least one layer is the same for every picture."


# Catches frames, kernels, biases and activations of the first layer.
@points("lenet_forward", 2, hint="Compare one value of C1 with your own arithmetic, at a corner.")
def test_lenet_forward_computes_c1(student, reference, rng):
    """C1: six feature maps of the framed picture, each with its bias, and then tanh."""
    for _ in range(2):
        x, parameters = rng.standard_normal((1, 28, 28)), drawn(rng)
        expected = like(reference.lenet_forward(x, parameters)["c1"])
        (c1,) = values(student.lenet_forward(x, dict(parameters)), "c1")
        assert c1 == expected


# Catches pools of other kinds, and layers between C1 and S2 or C3 and S4 that nobody asked for.
@points("lenet_forward", 1.5, hint="What becomes of four neighbours? And what happens after that?")
def test_lenet_forward_pools(student, rng):
    """S2 and S4 are the means of the windows of your own C1 and C3."""
    parameters, maps = drawn(rng), []
    for _ in range(2):
        result = student.lenet_forward(rng.standard_normal((1, 28, 28)), dict(parameters))
        c1, s2, c3, s4 = values(result, "c1", "s2", "c3", "s4")
        message = "Neighbours in the maps of C1 or C3 are the same nearly everywhere."
        assert uneven(c1), message
        assert uneven(c3), message
        assert s2 == like(pooled(c1)), "S2 is not the mean of the windows of your C1."
        assert s4 == like(pooled(c3)), "S4 is not the mean of the windows of your C3."
        maps.append((c1, c3))
    for one, other in zip(*maps, strict=True):
        assert (one != other).any(), "The maps are the same for every picture."


# Catches maps that are not added up, and a C3 that does not do what C1 does.
@points("lenet_forward", 2, hint="How many maps does one kernel of C3 read? Add what?")
def test_lenet_forward_computes_c3(student, rng):
    """C3: sixteen feature maps of all six maps of your own S2, with bias and tanh, no frame."""
    read = []
    for _ in range(2):
        x, parameters = rng.standard_normal((1, 28, 28)), drawn(rng)
        s2, c3 = values(student.lenet_forward(x, dict(parameters)), "s2", "c3")
        assert c3 == like(mapped(s2, parameters))
        read.append(s2)
    alive("Your S2", *read)


# Catches other orders of the 400 values, and dense layers without bias or tanh.
@points("lenet_forward", 1.5, hint="In which order does C5 read the maps? What comes next?")
def test_lenet_forward_computes_c5_and_f6(student, rng):
    """C5 and F6: dense layers of your own S4 and C5, each with bias and tanh."""
    read = []
    for _ in range(2):
        x, parameters = rng.standard_normal((1, 28, 28)), drawn(rng)
        s4, c5, f6 = values(student.lenet_forward(x, dict(parameters)), "s4", "c5", "f6")
        flat = s4.reshape(400)
        expected = like(np.tanh(mixed(flat, parameters, "c5")))
        assert c5 == expected, "C5 does not follow from your S4."
        expected = like(np.tanh(mixed(c5, parameters, "f6")))
        assert f6 == expected, "F6 does not follow from your C5."
        read.append((s4, c5))
    for name, runs in zip(("Your S4", "Your C5"), zip(*read, strict=True), strict=True):
        alive(name, *runs)


# Catches what is done to the logits.
@points("lenet_forward", 1, hint="Are the logits probabilities? Which values may they have?")
def test_lenet_forward_leaves_the_logits_as_they_are(student, rng):
    """The logits: a dense layer of your own F6, and nothing after it."""
    read = []
    for _ in range(2):
        x, parameters = rng.standard_normal((1, 28, 28)), drawn(rng)
        f6, logits = values(student.lenet_forward(x, dict(parameters)), "f6", "logits")
        assert logits == like(mixed(f6, parameters, "output"))
        read.append(f6)
    alive("Your F6", *read)


# Catches integer results for integer pictures, and whatever is written into the arguments.
@points("lenet_forward", 1, hint=ARGUMENTS)
def test_lenet_forward_takes_any_numbers_and_leaves_them_alone(student, reference, rng):
    """Bytes and float32 work, the arguments stay as they are, a second call is right."""
    x, parameters = rng.integers(0, 256, (1, 28, 56), np.uint8)[..., ::2], drawn(rng, np.float32)
    parameters["c1.weight"] /= 128
    picture, before = x.copy(), {name: array.copy() for name, array in parameters.items()}
    expected = like(reference.lenet_forward(picture, before), tolerance=1e-4)
    assert student.lenet_forward(x, parameters) == expected
    assert x == like(picture), "Your function changes its argument x."
    assert parameters == like(before), "Your function changes its argument parameters."
    for array in (picture, *before.values()):
        array.flags.writeable = False
    assert student.lenet_forward(picture, before) == expected


# --- LeNet ---------------------------------------------------------------------------------------

# Runs inside the sandbox, beside the notebook: looks at models and sets their weights.
KIT = '''
import torch

torch.set_default_dtype(torch.float32)  # whatever the notebook has set
torch.set_grad_enabled(True)

KINDS = {"c1": torch.nn.Conv2d, "c3": torch.nn.Conv2d, "c5": torch.nn.Linear,
         "f6": torch.nn.Linear, "output": torch.nn.Linear}

def awake(model):
    """The model once it has seen pictures, from which lazy layers take their shapes."""
    try:
        model(torch.zeros(2, 1, 28, 28))
    except Exception:
        pass
    return model

def anatomy(model):
    """Of every layer its kind and the shapes of its weights; how many weights there are in all."""
    layers = {name: getattr(awake(model), name, None) for name in KINDS}
    found = {name: [isinstance(layer, KINDS[name]), shape(layer, "weight"), shape(layer, "bias")]
             for name, layer in layers.items()}
    return found, sum(parameter.numel() for parameter in model.parameters())

def shape(layer, name):
    values = getattr(layer, name, None)
    return list(values.shape) if isinstance(values, torch.Tensor) else None

def install(model, arrays):
    """The model in evaluation mode with these weights."""
    for name, array in arrays.items():
        layer, kind = name.split(".")
        getattr(getattr(model, layer), kind).data.copy_(torch.from_numpy(array))
    return model.eval()

def scramble(model, seed):
    """The model in evaluation mode with weights drawn anew, whatever layers it has."""
    numbers = torch.Generator().manual_seed(seed)
    for parameter in awake(model).parameters():
        parameter.data = 0.2 * torch.randn(parameter.shape, generator=numbers)
    return model.eval()

def gradients(model, x, weight):
    """The gradient of a weighted sum of the logits by every weight; None where there is none."""
    model.zero_grad()
    (model(x) * weight).sum().backward()
    names = [f"{name}.{kind}" for name in KINDS for kind in ("weight", "bias")]
    return {name: gradient(model, *name.split(".")) for name in names}

def gradient(model, layer, kind):
    found = getattr(getattr(model, layer), kind).grad
    return None if found is None else found.numpy().copy()

def uniform_layers(model):
    """The layers whose weights are all the same number."""
    return [name for name in KINDS if getattr(awake(model), name).weight.unique().numel() < 2]

def can_learn(model):
    """Whether all weights still take part in training."""
    return all(parameter.requires_grad for parameter in model.parameters())

def kit(name):
    return globals()[name]
'''


def fresh(student):
    """A model of the student's class; its own first weights play no part."""
    return student.call("LeNet", (), seed=5)


def prepared(student, arrays):
    """A model of the student's class with these weights, and the tools to look at it."""
    tool, model = student.define(KIT), fresh(student)
    found, _ = tool("anatomy")(model)
    fitting = [[True, list(shape), [shape[0]]] for shape in WEIGHTS.values()]
    assert list(found.values()) == fitting, "This needs the five layers, of the right shapes."
    return tool("install")(model, dict(arrays)), tool  # whoever writes into that changes a copy


# Catches layers that are missing, misnamed, of another kind or size, or without a bias.
@points("LeNet", 1, hint="Which five names are asked for, and which sizes go in and out?")
def test_LeNet_has_five_layers(student):
    """c1 and c3 are Conv2d, c5, f6 and output are Linear, each with weights of the right shape."""
    found, _ = student.define(KIT)("anatomy")(fresh(student))
    for name, shape in WEIGHTS.items():
        kind, weight, bias = found[name]
        assert kind, f"The model has no layer {name} of the right kind."
        assert weight == list(shape), f"The weights of {name} do not have the right shape."
        assert bias == [shape[0]], f"{name} has no bias, or not one for each of its outputs."


# Catches layers that torch does not know about, and further ones with weights.
@points("LeNet", 0.5, hint="Count sum(p.numel() for p in LeNet().parameters()). What is too much?")
def test_LeNet_has_no_other_weights(student):
    """The weights of these layers are all that the model has to learn."""
    _, count = student.define(KIT)("anatomy")(fresh(student))
    expected = sum(int(np.prod(shape)) + shape[0] for shape in WEIGHTS.values())
    assert count >= expected, "torch does not know of all your layers: model.parameters() is short."
    assert count <= expected, "The model has more weights than LeNet-5."


# Catches whatever mixes the pictures of a batch, or works for one number of pictures only.
@points("LeNet", 1, hint="Which axis counts the pictures? Put in one, two, five of them.")
def test_LeNet_takes_any_number_of_pictures(student, rng):
    """N pictures give N rows of ten logits, and no picture has an influence on another."""
    scramble, x = student.define(KIT)("scramble"), batch(rng, 5)
    model = scramble(fresh(student), 3)
    for count in (5, 2, 1):
        rows = model(x[:count])
        assert isinstance(rows, torch.Tensor), "The result of the model should be a tensor."
        assert rows.shape == (count, 10), "The shape of the result should be (N, 10)."
    alone = [model(x[n : n + 1]).detach() for n in range(5)]
    assert {row.shape for row in alone} == {(1, 10)}, "The shape of the result should be (N, 10)."
    alone = torch.cat(alone)
    message = "The logits of a picture depend on the other pictures of its batch."
    assert model(x) == like(alone, tolerance=1e-4), message
    assert alone.std(dim=0).max() > 0, "All pictures have the same logits."
    message = "The logits do not depend on the weights."
    assert not torch.equal(scramble(model, 4)(x).detach(), alone), message


# Catches other activations, pools and orders, and layers whose weights are not used.
@points("LeNet", 2, hint="Compare with your `lenet_forward`, layer by layer. What comes first?")
def test_LeNet_computes_the_logits(student, reference, rng):
    """With given weights the logits are those of LeNet-5."""
    for _ in range(2):
        arrays, x = drawn(rng, np.float32), batch(rng, 3)
        model, _ = prepared(student, arrays)
        rows = [reference.lenet_forward(picture, arrays)["logits"] for picture in x.numpy()]
        expected = torch.from_numpy(np.array(rows))
        assert model(x) == like(expected, tolerance=1e-4)
        assert model(x) == like(expected, tolerance=1e-4), "The second call is not right."


# Catches chains that are broken on the way back.
@points("LeNet", 1, hint="Does anything between x and the logits stop torch from following?")
def test_LeNet_can_learn(student, rng):
    """The gradient of the logits reaches the weights and biases of all five layers."""
    arrays, weight = drawn(rng, np.float32), batch(rng, 3)[:, 0, 0, :10]
    model, tool = prepared(student, arrays)
    found, other = (tool("gradients")(model, batch(rng, 3), weight) for _ in range(2))
    for name, gradient in found.items():
        assert gradient is not None, f"No gradient reaches {name}."
        assert np.any(gradient), f"The gradient that reaches {name} is zero."
    for name in WEIGHTS:
        one, two = (set_of[f"{name}.weight"].astype(float).ravel() for set_of in (found, other))
        cosine = abs(one @ two) / np.sqrt((one @ one) * (two @ two))
        assert cosine < 1 - 1e-6, f"What {name} learns does not depend on the pictures."


# Catches first weights with which all kernels stay alike for ever.
@points("LeNet", 0.5, hint="What would six kernels learn that begin as the same kernel?")
def test_LeNet_begins_with_different_weights(student):
    """The first weights of a layer are not all the same number."""
    same = student.define(KIT)("uniform_layers")(fresh(student))
    assert same == [], "In at least one layer all weights begin with the same number."


# --- export_parameters ---------------------------------------------------------------------------

# Is not there while `LeNet` is judged: who looks around in the sandbox would find its layers ready.
NETWORK = (
    KIT
    + '''
class Network(torch.nn.Module):
    """The five layers, for those who only want weights. What LeNet makes of them is not told."""
    def __init__(own):
        super().__init__()
        sizes = {"c1": (1, 6, 5), "c3": (6, 16, 5), "c5": (400, 120), "f6": (120, 84),
                 "output": (84, 10)}
        for name, size in sizes.items():
            setattr(own, name, KINDS[name](*size))

    def forward(own, pictures):
        return own.output(pictures.flatten(1)[:, :84])

def kit(name):
    return globals()[name]
'''
)


def network(student, arrays):
    """A model in the sandbox with these weights, and the tools to look at it."""
    tool = student.define(NETWORK)
    return tool("install")(tool("Network")(), dict(arrays)), tool


# Catches what is no dict of ten arrays of the right names and shapes.
@points("export_parameters", 1.25, hint="Print the keys, and the type and shape of every value.")
def test_export_parameters_returns_ten_arrays(student, rng):
    """The result is a dict of ten NumPy arrays with the names and shapes of torch."""
    model, other = (network(student, drawn(rng, np.float32))[0] for _ in range(2))
    found, again, others = map(student.export_parameters, (model, model, other))
    assert type(found) is dict, "Your function should return a dict."
    shapes = {f"{name}.weight": shape for name, shape in WEIGHTS.items()}
    shapes |= {f"{name}.bias": shape[:1] for name, shape in WEIGHTS.items()}
    for name, shape in shapes.items():
        assert name in found, f"The key {name!r} is missing."
        assert type(found[name]) is np.ndarray, f"Under {name!r} there should be a NumPy array."
        assert found[name].shape == shape, f"The shape under {name!r} is not right."
        message = f"Under {name!r} there are the same numbers for every model."
        assert not np.array_equal(found[name], others.get(name)), message
    assert len(found) == len(shapes), "The dict has keys that nobody asked for."
    assert again == like(found), "A second call gives something else."


# Catches values of another model, of another precision or in another order.
@points("export_parameters", 1.75, hint="Whose weights are these: those of the model given to you?")
def test_export_parameters_returns_the_weights(student, rng):
    """The arrays hold the weights that the model has at the time of the call."""
    arrays, later, others = (drawn(rng, np.float32) for _ in range(3))
    model, tool = network(student, arrays)
    second, _ = network(student, others)
    assert student.export_parameters(model) == like(arrays)
    assert student.export_parameters(second) == like(others)
    tool("install")(model, dict(later))
    message = "After the model has learned something, its old weights are exported again."
    assert student.export_parameters(model) == like(later), message


# Catches what happens to the model itself.
@points("export_parameters", 1, hint="Compare model.c1.weight before and after, and all its flags.")
def test_export_parameters_leaves_the_model_alone(student, rng):
    """The model keeps its weights, and all of them can go on learning."""
    arrays = drawn(rng, np.float32)
    model, tool = network(student, arrays)
    assert student.export_parameters(model) == like(arrays)
    for name in WEIGHTS:
        weight = getattr(model, name).weight.detach().numpy()
        assert weight == like(arrays[f"{name}.weight"]), "Your function changes the weights."
    assert tool("can_learn")(model), "After your function the model cannot learn any more."
    assert student.export_parameters(model) == like(arrays), "A second call gives something else."
