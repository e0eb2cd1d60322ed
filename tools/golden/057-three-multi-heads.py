import torch

import golden

torch.manual_seed(57)
torch.set_default_dtype(torch.float64)

batch, heads, length, model = 2, 3, 5, 12
layer = torch.nn.MultiheadAttention(model, heads, batch_first=True)
for bias in (layer.in_proj_bias, layer.out_proj.bias):  # zeros at the start, which would hide a forgotten bias
    torch.nn.init.normal_(bias)
inputs = 2 * torch.randn(batch, length, model)
mask = torch.rand(batch, length, length) < 0.6
mask[..., 2] |= ~mask.any(dim=-1)

# The layer wants one mask for each batch and head, of the opposite polarity: true = may not attend.
output, weights = layer(inputs, inputs, inputs, attn_mask=~mask.repeat_interleave(heads, dim=0), average_attn_weights=False)
assert (weights[~mask[:, None].expand_as(weights)] == 0).all() and (weights[mask[:, None].expand_as(weights)] > 0).all()

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    multiHead={
        "inputs": inputs,
        "inWeight": layer.in_proj_weight.detach().T,
        "inBias": layer.in_proj_bias.detach(),
        "outWeight": layer.out_proj.weight.detach().T,
        "outBias": layer.out_proj.bias.detach(),
        "mask": mask.int(),
        "output": output.detach(),
    },
)
