import torch

import golden

torch.manual_seed(52)
torch.set_default_dtype(torch.float64)

tokens, key_dimension, value_dimension = 4, 6, 3
queries, keys = torch.randn(tokens, key_dimension), torch.randn(tokens, key_dimension)
values, upstream = torch.randn(tokens, value_dimension), torch.randn(tokens, value_dimension)
temperature = torch.tensor(1.3, requires_grad=True)

scores = queries @ keys.T
weights = torch.softmax((scores / temperature).masked_fill(torch.eye(tokens, dtype=torch.bool), -torch.inf), dim=-1)
output = weights @ values
output.backward(upstream)

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    attention={
        "queries": queries,
        "keys": keys,
        "values": values,
        "upstream": upstream,
        "temperature": temperature.detach(),
        "weights": torch.softmax(scores / key_dimension**0.5, dim=-1),
        "masked": torch.softmax((scores / key_dimension**0.5).fill_diagonal_(-torch.inf), dim=-1),
        "output": output.detach(),
        "gradient": temperature.grad,
    },
)
