import torch

import golden

torch.manual_seed(72)
torch.set_default_dtype(torch.float64)

sizes = dict(b=2, h=3, n=4, m=5, d=5, e=6, f=7, g=5, i=3, j=2, k=4)


def tensor(letters):
    return torch.randn(*[sizes[letter] for letter in letters])


def random_mask():
    """True = may attend; every query has at least one key."""
    mask = torch.rand(sizes["b"], sizes["n"], sizes["m"]) < 0.6
    mask[..., 1] |= ~mask.any(dim=-1)
    return mask


def einsum(spec):
    a, b = [tensor(letters) for letters in spec.split("->")[0].split(",")]
    return {"a": a, "b": b, "output": torch.einsum(spec, a, b).reshape([sizes[letter] for letter in spec.split("->")[1]] or [1])}


specs = ["ij,jk->ik", "ij,jk->ki", "iji,kj->ki", "ijk,k->", "ij,ij->ij", "ik,kj->", "bnd,hde->bhne", "bhnf,hfg->bng"]

mask = random_mask()
scores = 2 * tensor("bhnm")
queries, keys, values = 2 * tensor("bhne"), tensor("bhme"), tensor("bhmf")

# PyTorch's own layer has as many output as target dimensions, equal dimensions of keys and values, and a mask of the
# opposite polarity: true = may not attend.
heads, head_dimension, source_dimension = 3, 2, 5
model_dimension = heads * head_dimension
layer = torch.nn.MultiheadAttention(
    model_dimension, heads, bias=False, kdim=source_dimension, vdim=source_dimension, batch_first=True)
targets = torch.randn(sizes["b"], sizes["n"], model_dimension)
sources = torch.randn(sizes["b"], sizes["m"], source_dimension)
layer_output, _ = layer(targets, sources, sources, attn_mask=~mask.repeat_interleave(heads, dim=0))


def projection(weight):
    """(h·e) × d, as nn.Linear stores it, to h × d × e."""
    return weight.detach().reshape(heads, head_dimension, -1).transpose(1, 2)


golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    **{spec: einsum(spec) for spec in specs},
    softmax={
        "scores": scores,
        "mask": mask.int(),
        "weights": torch.softmax(scores.masked_fill(~mask[:, None], -torch.inf), dim=-1),
    },
    attention={
        "queries": queries,
        "keys": keys,
        "values": values,
        "mask": mask.int(),
        "output": torch.nn.functional._scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask[:, None], need_attn_weights=False)[0],
    },
    multiHead={
        "targets": targets,
        "sources": sources,
        "queryWeights": projection(layer.q_proj_weight),
        "keyWeights": projection(layer.k_proj_weight),
        "valueWeights": projection(layer.v_proj_weight),
        "outputWeights": layer.out_proj.weight.detach().reshape(model_dimension, heads, head_dimension).permute(1, 2, 0),
        "mask": mask.int(),
        "output": layer_output.detach(),
    },
)
