import torch
from torch.nn.functional import cross_entropy, log_softmax

import golden

torch.manual_seed(45)
torch.set_default_dtype(torch.float64)


def case(logits, targets, ignore_index, weight):
    """Losses by PyTorch, gradients by automatic differentiation."""
    logits, targets = logits.requires_grad_(), torch.tensor(targets)
    loss = cross_entropy(logits, targets, ignore_index=ignore_index)
    z_loss = weight * torch.logsumexp(logits, dim=-1)[targets != ignore_index].square().mean()
    return {
        "logits": logits,
        "targets": targets,
        "weight": weight,
        "log_softmax": log_softmax(logits, dim=-1),
        "loss": loss,
        "gradient": torch.autograd.grad(loss, logits)[0],
        "z_loss": z_loss,
        "z_gradient": torch.autograd.grad(z_loss, logits)[0],
    }


golden.write(
    __file__,
    f"PyTorch {torch.__version__.split('a')[0]}",
    default=case(2 * torch.randn(6, 5) + 0.5, [3, -100, 0, 4, -100, 1], -100, 0.3),
    padding_is_token_0=case(2 * torch.randn(5, 4) - 1, [3, 0, 2, 1, 0], 0, 0.07),
)
