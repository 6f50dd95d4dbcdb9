"""What torch is used for besides training, each feature in a process of its own: prints JSON.

`python -m tests.sandbox.torch_features put_off` has put off what it knows of tensors without data.
"""

import copy
import io
import json
import os
import sys
import warnings

from autograder.sandbox.guest import dataless

if "put_off" in sys.argv:
    dataless.load(["torch"])
import torch
from torch import nn
from torch.nn import functional as F


def some(*shape):
    """Numbers of a shape, always the same."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def saved(value):
    """A value that was saved and loaded."""
    with io.BytesIO() as file:
        torch.save(value, file)
        file.seek(0)
        return torch.load(file)


def forward_gradient(function, value):
    """The derivative of a function, from the inputs to the outputs."""
    return torch.func.jvp(function, (value,), (torch.ones_like(value),))[1]


def lazy():
    """A network whose sizes come with its first input."""
    net = nn.Sequential(nn.LazyConv2d(2, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))
    net(some(2, 1, 6, 6))
    return [torch.tensor(weight.shape) for weight in net.parameters()]


def seeded(function):
    """What a function gives after seeding."""
    torch.manual_seed(1)
    return function()


def squares(x):
    """A function that has derivatives."""
    return (x**2).sum() + F.gelu(x).sum()


def shuffled():
    """Batches in an order of chance."""
    torch.manual_seed(2)
    return list(torch.utils.data.DataLoader(some(6), batch_size=4, shuffle=True))


FEATURES = {
    "derivatives forwards": lambda: torch.func.jacfwd(lambda x: F.softmax(x, 0).sin())(some(4)),
    "derivatives of normal layers": lambda: forward_gradient(
        lambda x: F.batch_norm(x, None, None, training=True), some(4, 3)
    ),
    "second derivatives": lambda: torch.func.hessian(squares)(some(3)),
    "many at once": lambda: torch.vmap(lambda a, b: F.conv2d(a[None], b[None])[0])(
        some(3, 1, 5, 5), some(3, 1, 2, 2)
    ),
    "traced": lambda: torch.jit.trace(nn.ReLU(), some(3))(some(3)),
    "symbols": lambda: torch.fx.symbolic_trace(nn.Sequential(nn.ReLU(), nn.Tanh()))(some(3)),
    "shapes that fit": lambda: torch.tensor(torch.broadcast_shapes((3, 1), (1, 4))),
    "tensors that fit": lambda: torch.broadcast_tensors(some(3, 1), some(4)),
    "distributions": lambda: seeded(
        lambda: [
            torch.distributions.Normal(0.0, 1.0).rsample((3,)),
            torch.distributions.Categorical(torch.ones(3)).sample((3,)),
            torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2)).sample(),
        ]
    ),
    "chance": lambda: seeded(
        lambda: [torch.rand(2), torch.randperm(4), F.dropout(torch.ones(8)), torch.rand(3)]
    ),
    "first weights": lambda: seeded(
        lambda: [nn.init.orthogonal_(some(3, 3)), nn.init.trunc_normal_(some(3))]
    ),
    "shuffled": shuffled,
    "lazy": lazy,
    "parametrized": lambda: seeded(
        lambda: nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))(some(3))
    ),
    "saved": lambda: saved({"w": some(2)})["w"],
    "sparse": lambda: torch.sparse.mm(some(3, 3).to_sparse(), some(3, 2)),
    "frequencies": lambda: torch.fft.rfft2(some(4, 4)).abs(),
    "linear algebra": lambda: [torch.linalg.svdvals(some(3, 3)), torch.linalg.inv(some(3, 3))],
    "sums by letters": lambda: torch.einsum("ij,jk->ik", some(2, 3), some(3, 2)),
    "attention": lambda: seeded(lambda: nn.TransformerEncoderLayer(8, 2).eval()(some(2, 3, 8))),
    "memory": lambda: seeded(lambda: nn.LSTM(3, 4)(some(5, 2, 3))[0]),
    "pictures": lambda: [
        F.interpolate(some(1, 1, 4, 4), scale_factor=2, mode="bilinear"),
        F.grid_sample(some(1, 1, 4, 4), torch.zeros(1, 2, 2, 2), align_corners=False),
        F.unfold(some(1, 1, 4, 4), 2),
        F.pad(some(1, 1, 4, 4), (1, 1, 1, 1), mode="reflect"),
    ],
    "losses": lambda: [
        F.cross_entropy(some(3, 4), torch.tensor([0, 1, 2])), F.mse_loss(some(3), some(3))
    ],
    "special functions": lambda: [torch.special.i0e(some(3)), torch.special.bessel_j1(some(3))],
    "indices": lambda: some(4, 4).scatter_reduce(
        0, torch.zeros(1, 4, dtype=torch.int64), torch.ones(1, 4), "sum"
    ),
    "copies": lambda: seeded(lambda: copy.deepcopy(nn.Conv2d(1, 1, 2))(some(1, 3, 3))),
    "averages": lambda: torch.optim.swa_utils.AveragedModel(nn.Linear(2, 2)).n_averaged,
    "half as wide": lambda: nn.Linear(3, 3)(some(2, 3)).to(torch.bfloat16).dtype.itemsize,
    "masked": lambda: torch.masked.mean(some(4), mask=torch.tensor([True, False, True, True])),
    "compared": lambda: torch.testing.assert_close(some(3), some(3)),
    "how far apart": lambda: torch.distributions.kl_divergence(
        torch.distributions.Normal(0.0, 1.0), torch.distributions.Normal(1.0, 2.0)
    ),
    "in whole numbers": lambda: torch.quantization.quantize_dynamic(
        nn.Sequential(nn.Linear(3, 3)), {nn.Linear}
    )(torch.ones(1, 3)).shape[1],
    "exported": lambda: torch.export.export(nn.ReLU(), (some(3),)).module()(some(3)),
    "compiled": lambda: torch.compile(squares, backend="eager")(some(3)),
    "in pieces": lambda: torch.nested.nested_tensor([some(2), some(4)]).to_padded_tensor(0),
}  # fmt: skip


def plain(value):
    """A result as rounded numbers."""
    if isinstance(value, torch.Tensor):
        return [round(number, 5) for number in value.detach().double().flatten().tolist()]
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def alone(feature):
    """What a feature gives in a process that has used no other."""
    reading, writing = os.pipe()
    if not os.fork():
        warnings.simplefilter("ignore")
        try:
            said = plain(feature())
        except Exception as error:  # whatever it is, it is compared
            said = repr(error)
        os.write(writing, json.dumps(said).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        found = json.loads(said.read() or '"died"')
    os.wait()
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps({name: alone(feature) for name, feature in FEATURES.items()}))
