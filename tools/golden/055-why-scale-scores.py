import scipy
import scipy.stats
import torch

import golden

torch.manual_seed(55)
torch.set_default_dtype(torch.float64)

queries, keys, values = torch.randn(3, 5), torch.randn(4, 5), torch.randn(4, 2)
scaled = queries @ keys.T / 5**0.5
logits = torch.tensor([0.3, -1.2, 2.1, 0.0])
weights = torch.softmax(scaled, dim=-1)

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}, SciPy {scipy.__version__}",
    attention={
        "queries": queries,
        "keys": keys,
        "values": values,
        "scaled": scaled,
        "output": torch.nn.functional._scaled_dot_product_attention(
            queries[None], keys[None], values[None], need_attn_weights=False)[0][0],
    },
    jacobian={
        "logits": logits,
        "jacobian": torch.autograd.functional.jacobian(lambda x: torch.softmax(x, dim=-1), logits),
    },
    entropy={
        "weights": weights,
        "entropy": scipy.stats.entropy(weights.numpy(), axis=1),
    },
)
