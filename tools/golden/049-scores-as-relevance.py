import numpy
import scipy
import scipy.linalg
import scipy.stats.contingency
import sklearn
import sklearn.metrics.pairwise

import golden

random = numpy.random.default_rng(49)

query, keys, values, sigma = random.normal(size=5), random.normal(size=(4, 5)) + 0.4, random.normal(size=(4, 3)), 1.7
kernel = sklearn.metrics.pairwise.rbf_kernel(query[None], keys, gamma=1 / (2 * sigma**2))[0]

counts = random.integers(1, 40, size=(4, 6)).astype(float)
counts[1, 2] = counts[3, 0] = 0
smoothed = counts + 0.75
pmi = numpy.log(smoothed / scipy.stats.contingency.expected_freq(smoothed))

u, s, vt = scipy.linalg.svd(pmi, full_matrices=False)

golden.write(
    __file__,
    f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}",
    regression={
        "query": query,
        "keys": keys,
        "values": values,
        "sigma": sigma,
        "weights": kernel / kernel.sum(),
        "output": kernel @ values / kernel.sum(),
    },
    pmi={
        "counts": counts,
        "smoothing": 0.75,
        "pmi": pmi,
        "rankTwo": u[:, :2] * s[:2] @ vt[:2],
        "singularValues": s,
    },
)
