import torch

import golden

torch.manual_seed(50)
torch.set_default_dtype(torch.float64)


def attention(queries, keys, values, mask):
    scores = (queries @ keys.T / keys.shape[1] ** 0.5).masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1) @ values


scores, upstream = torch.randn(3, 5, requires_grad=True), torch.randn(3, 5)
weights = torch.softmax(scores, dim=-1)
weights.backward(upstream)
softmax = {"weights": weights.detach(), "upstream": upstream, "gradient": scores.grad}

queries, keys, values = (torch.randn(*shape, requires_grad=True) for shape in ((3, 4), (5, 4), (5, 2)))
mask = torch.tensor([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1], [1, 0, 0, 0, 1]], dtype=torch.bool)
upstream = torch.randn(3, 2)
attention(queries, keys, values, mask).backward(upstream)
backward = {
    "queries": queries.detach(), "keys": keys.detach(), "values": values.detach(), "mask": mask.to(torch.int64), "upstream": upstream,
    "queryGradient": queries.grad, "keyGradient": keys.grad, "valueGradient": values.grad,
}

questions, entries, values, targets = torch.randn(7, 6), torch.randn(4, 6), torch.randn(4, 5), torch.randn(7, 5)
query, key = (torch.nn.Parameter(0.4 * torch.randn(6, 3)) for _ in range(2))
training = {
    "questions": questions, "entries": entries, "values": values, "targets": targets,
    "startQuery": query.detach().clone(), "startKey": key.detach().clone(), "learningRate": 0.3, "losses": [],
}
optimizer = torch.optim.SGD([query, key], lr=0.3)
for _ in range(12):
    optimizer.zero_grad()
    output = attention(questions @ query, entries @ key, values, torch.ones(7, 4, dtype=torch.bool))
    loss = ((output - targets) ** 2).sum(dim=1).mean() / 2
    training["losses"].append(loss.item())
    loss.backward()
    optimizer.step()
training |= {"query": query.detach(), "key": key.detach()}

golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    softmax=softmax,
    backward=backward,
    training=training,
)
