import itertools

import torch

import golden

torch.manual_seed(78)
torch.set_default_dtype(torch.float64)

N, K = 5, 3
mask = [False, True, True, False, True]
tags = [0, 2, 0, 2, 1]
scores = {
    "emissions": torch.randn(N, K) + 0.4,
    "between": torch.randn(K, K),
    "start": torch.randn(K),
    "stop": torch.randn(K),
}
for score in scores.values():
    score.requires_grad_()

counted = [token for token in range(N) if mask[token]]


def path_score(path):
    return (
        scores["start"][path[0]]
        + sum(scores["emissions"][token, tag] for token, tag in zip(counted, path))
        + sum(scores["between"][a, b] for a, b in zip(path, path[1:]))
        + scores["stop"][path[-1]]
    )


# Every path is written out and differentiated automatically: no recursion, no hand-made gradient.
log_partition = torch.logsumexp(torch.stack([path_score(path) for path in itertools.product(range(K), repeat=len(counted))]), dim=0)
(marginals,) = torch.autograd.grad(log_partition, scores["emissions"], retain_graph=True)
observed = path_score([tags[token] for token in counted])
gradients = torch.autograd.grad(log_partition - observed, list(scores.values()))

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    sentence={
        **{name: score.detach() for name, score in scores.items()},
        "mask": [int(counts) for counts in mask],
        "tags": tags,
        "score": observed.item(),
        "logPartition": log_partition.item(),
        "marginals": marginals,
    },
    gradient=dict(zip(scores, gradients)),
)
