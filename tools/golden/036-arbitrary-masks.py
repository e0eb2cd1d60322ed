import torch

import golden

torch.manual_seed(36)
torch.set_default_dtype(torch.float64)

queries, keys = 4, 7
square = torch.ones(queries, keys, dtype=torch.bool)
causal = square.tril(keys - queries)
lengths, packed = torch.tensor([3, 6, 0, 1]), [2, 1, 3]

query, key, value = torch.randn(queries, 5), torch.randn(keys, 5), torch.randn(keys, 3)
output, weights = torch.nn.functional._scaled_dot_product_attention(
    query[None], key[None], value[None], attn_mask=causal[None], need_attn_weights=True)

scores = 3 * torch.randn(5, 6)
mask = torch.rand(5, 6) < 0.5
mask[2] = False
assert mask[[0, 1, 3, 4]].any(dim=-1).all()

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    positions={
        "causal": causal.int(),
        "window_of_3": (causal & square.triu(keys - queries - 2)).int(),
        "prefix_of_6": (causal | (torch.arange(keys) < 6)).int(),
    },
    lengths={
        "lengths": lengths,
        "padding": (torch.arange(6) < lengths[:, None]).int(),
        "packed": packed,
        "blocks": torch.block_diag(*[torch.ones(length, length) for length in packed]).int(),
    },
    attention={
        "scores": query @ key.T / 5**0.5,
        "values": value,
        "weights": weights[0],
        "output": output[0],
    },
    # This version answers NaN for a row that may attend to nothing; the kata, like later versions, 0.
    softmax={
        "scores": scores,
        "mask": mask.int(),
        "weights": torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=-1).nan_to_num(),
    },
)
