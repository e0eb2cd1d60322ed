import numpy
import scipy
import torch
from scipy.optimize import minimize

import golden

torch.manual_seed(27)
torch.set_default_dtype(torch.float64)

tokens, width, heads = 5, 6, 3
size = width // heads
layer = torch.nn.MultiheadAttention(width, heads, bias=False, batch_first=True)
x = torch.randn(tokens, width)
with torch.no_grad():
    layer.in_proj_weight.mul_(2)
    output = layer(x[None], x[None], x[None], need_weights=False)[0][0]
    projections = {
        f"{name}{head}": rows[head * size:(head + 1) * size].T
        for name, rows in zip(("wq", "wk", "wv"), layer.in_proj_weight.detach().chunk(3))
        for head in range(heads)
    }

generator = numpy.random.default_rng(27)
n, d, wide = 3, 2, 4
mixing = generator.normal(size=(n, n, d, wide))


def least_error(count):
    """The best sum of `count` heads, over all patterns and all maps, by BFGS from many starts: no singular values."""
    def loss(flat):
        patterns = flat[:count * n * n].reshape(count, n, n)
        maps = flat[count * n * n:].reshape(count, d, wide)
        residual = numpy.einsum("hij,hab->ijab", patterns, maps) - mixing
        return (residual**2).sum(), 2 * numpy.concatenate([
            numpy.einsum("ijab,hab->hij", residual, maps).ravel(),
            numpy.einsum("ijab,hij->hab", residual, patterns).ravel()])

    starts = [generator.normal(size=count * (n * n + d * wide)) for _ in range(40)]
    return min(minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-11, "maxiter": 5000}).fun for start in starts)**0.5


golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}, SciPy {scipy.__version__}",
    attention={"x": x, **projections, "wo": layer.out_proj.weight.detach().T, "output": output},
    mixing={"mixing": mixing, "errors": [least_error(count) for count in (1, 2, 3)]},
)
