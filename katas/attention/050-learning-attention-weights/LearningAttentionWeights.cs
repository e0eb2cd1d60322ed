namespace Kata050;

/// <summary>The two matrices that make queries and keys: what training changes so that attention finds its way.</summary>
/// <param name="Query">dX × dK: a question times this is a query.</param>
/// <param name="Key">dX × dK: an entry times this is a key.</param>
public sealed record Projections(Matrix<double> Query, Matrix<double> Key);

/// <summary>
/// How training finds what attends to what: the gradient of the loss through the softmax into queries, keys and
/// values, and gradient descent with it. Source: Vaswani et al. 2017, section 3.2 (arXiv:1706.03762), differentiated.
/// </summary>
public static class LearningAttentionWeights
{
    /// <summary>Task 1. From the gradient of the weights to that of the scores, for the softmax of each row.</summary>
    /// <param name="weights">The softmax of the scores, row by row; a row that may attend to nothing is 0.</param>
    /// <param name="upstream">The gradient of the loss with respect to the weights.</param>
    /// <returns>The gradient of the loss with respect to the scores, with memory in proportion to n·m.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> SoftmaxBackward([Shape("n", "m")] Matrix<double> weights, [Shape("n", "m")] Matrix<double> upstream) =>
        throw new NotImplementedException("Task 1: write the Jacobian times a vector as a sum; what is it without the matrix?");

    /// <summary>Task 2. The weights of scaled dot-product attention among the keys that the mask allows.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <param name="mask">True where the query may attend to the key.</param>
    /// <returns>0 where the mask is false; each row sums to 1, except that a row without a single true is 0.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> Weights(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("n", "m")] bool[,] mask) =>
        throw new NotImplementedException("Task 2: scaled scores, nothing where the mask says no, then a softmax that survives an empty row.");

    /// <summary>Task 2. The gradient of the loss with respect to everything that enters attention.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <param name="values">One value per key; their dimension may differ from dK.</param>
    /// <param name="mask">True where the query may attend to the key.</param>
    /// <param name="upstream">n × dV: the gradient of the loss with respect to the output, weights times values.</param>
    /// <returns>The gradients, each of the shape of what it belongs to.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static (Matrix<double> Queries, Matrix<double> Keys, Matrix<double> Values) AttentionBackward(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values,
        [Shape("n", "m")] bool[,] mask,
        [Shape("n", "dV")] Matrix<double> upstream) =>
        throw new NotImplementedException("Task 2: back through the product with the values, the softmax, the scale and the product of queries and keys.");

    /// <summary>
    /// Task 3. Plain gradient descent on both projections, so that each question is handed out its target. The loss is
    /// half the squared distance of output and target, averaged over the questions; nobody says which entry to look at.
    /// </summary>
    /// <param name="questions">One question per row; the queries are questions · Query.</param>
    /// <param name="entries">One entry per row; the keys are entries · Key.</param>
    /// <param name="values">What each entry hands out; not trained.</param>
    /// <param name="targets">What each question should be handed out.</param>
    /// <param name="start">The projections to begin with; not changed.</param>
    /// <param name="learningRate">What the gradient is multiplied by in each step: finite, above 0.</param>
    /// <param name="steps">How many steps, not below 0; every question is in every step.</param>
    /// <returns>The projections after the last step, and steps + 1 losses: before each step, and after the last.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is not finite and above 0, or the steps are below 0.</exception>
    public static (Projections Learned, IReadOnlyList<double> Losses) TrainRetrieval(
        [Shape("n", "dX")] Matrix<double> questions,
        [Shape("m", "dX")] Matrix<double> entries,
        [Shape("m", "dV")] Matrix<double> values,
        [Shape("n", "dV")] Matrix<double> targets,
        Projections start,
        double learningRate,
        int steps) =>
        throw new NotImplementedException("Task 3: forward, error, backward, one step for both projections from the same gradients; repeat.");
}
