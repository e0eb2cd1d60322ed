import torch

import golden

torch.manual_seed(46)
torch.set_default_dtype(torch.float64)

tokens, inputs, heads, head_dimension = 5, 7, 3, 2
layer = torch.nn.Linear(inputs, heads * head_dimension)
x = torch.randn(tokens, inputs)
projected = layer(x).detach()
split = projected.view(tokens, heads, head_dimension).transpose(0, 1)

# Heads that come out of attention are a tensor of their own, no longer a view of the projection.
results = torch.randn(heads, tokens, head_dimension)

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    split={
        "inputs": x,
        "weight": layer.weight.detach().T,
        "bias": layer.bias.detach(),
        "projected": projected,
        "heads": split,
    },
    merge={
        "heads": results,
        "merged": results.transpose(0, 1).reshape(tokens, heads * head_dimension),
    },
)
