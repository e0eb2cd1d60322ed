import numpy
import scipy
import torch
from scipy.optimize import minimize

import golden

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)

x, wq, wk, wv = torch.randn(5, 4), torch.randn(4, 3), torch.randn(4, 3), torch.randn(4, 2)
upstream = torch.randn(5, 2)


def attend(queries, keys, values):
    return torch.nn.functional._scaled_dot_product_attention(queries[None], keys[None], values[None])[0][0]


weights = [weight.requires_grad_() for weight in (wq, wk, wv)]
output = attend(x @ wq, x @ wk, x @ wv)
gradients = torch.autograd.grad((upstream * output).sum(), weights)

generator = numpy.random.default_rng(2)


def best_fit(tokens, target, rank):
    """The least error over both projections, found by BFGS from many starts: no singular value decomposition."""
    n, d = tokens.shape

    def loss(flat):
        q, k = flat.reshape(2, d, rank)
        residual = tokens @ q @ (tokens @ k).T - target
        return (residual**2).sum(), numpy.stack(
            [2 * tokens.T @ residual @ tokens @ k, 2 * tokens.T @ residual.T @ tokens @ q]).ravel()

    runs = [minimize(loss, generator.normal(size=2 * d * rank), jac=True, method="BFGS", options={"gtol": 1e-11, "maxiter": 5000})
            for _ in range(40)]
    best = min(runs, key=lambda run: run.fun)
    q, k = best.x.reshape(2, d, rank)
    return {"x": tokens, "target": target, "rank": rank, "error": best.fun**0.5, "scores": tokens @ q @ (tokens @ k).T}


wide, tall = generator.normal(size=(4, 6)), generator.normal(size=(6, 3))
twice = generator.normal(size=(4, 4))
deficient = numpy.vstack([twice[:3], twice[1:2], 2 * twice[:1] - twice[2:3]])

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}, SciPy {scipy.__version__}",
    attention={"x": x, "wq": wq.detach(), "wk": wk.detach(), "wv": wv.detach(), "output": output.detach(),
               "valuesAlone": attend(x, x, x), "upstream": upstream,
               "dWq": gradients[0], "dWk": gradients[1], "dWv": gradients[2]},
    fitMoreDimensionsThanTokens=best_fit(wide, generator.normal(size=(4, 4)), 2),
    fitMoreTokensThanDimensions=best_fit(tall, generator.normal(size=(6, 6)), 2),
    fitRepeatedTokens=best_fit(deficient, generator.normal(size=(5, 5)), 1),
)
