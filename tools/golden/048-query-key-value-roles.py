import torch

import golden

torch.manual_seed(48)
torch.set_default_dtype(torch.float64)

queries, keys, values = torch.randn(3, 6), torch.randn(5, 6), torch.randn(5, 2) + 0.5

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    attention={
        "queries": queries,
        "keys": keys,
        "values": values,
        "output": torch.nn.functional._scaled_dot_product_attention(
            queries[None], keys[None], values[None], need_attn_weights=False)[0][0],
        "cool": torch.softmax(keys @ queries[1] / 0.3, dim=0) @ values,
    },
)
