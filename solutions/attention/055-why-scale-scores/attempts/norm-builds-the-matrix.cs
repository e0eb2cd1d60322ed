// none: JacobianNorm builds the whole n × n Jacobian, so its memory grows with n².
namespace Kata055;

/// <summary>
/// Why attention divides its scores by √dK: what happens to their variance, to the gradient of the softmax and
/// to the entropy of the weights when it does not. Source: Vaswani et al. 2017, section 3.2.1 (arXiv:1706.03762).
/// </summary>
public static class WhyScaleScores
{
    /// <summary>Task 1. The population variance of all raw scores q·k.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>The mean squared distance of all n·m scores, not scaled, from their mean.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys) => Variance(Product(queries, keys));

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys) => Product(queries, keys) / Math.Sqrt(keys.ColumnCount);

    /// <summary>Task 2. Attention: for each query the mean of the values, weighted by the softmax of its scaled scores.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <param name="values">One value per key; their dimension may differ from dK.</param>
    /// <returns>One output per query.</returns>
    /// <exception cref="ArgumentException">Dimensions of queries and keys differ, or the numbers of keys and values.</exception>
    [return: Shape("n", "dV")]
    public static Matrix<double> Attend(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values) =>
        values.RowCount != keys.RowCount
            ? throw new ArgumentException("keys and values", nameof(values))
            : SoftmaxRows(ScaledScores(queries, keys)) * values;

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits) => Jacobian(SoftmaxRows(logits.ToRowMatrix()).Row(0));

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits) => SoftmaxJacobian(logits).FrobeniusNorm();

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        weights.PointwiseMultiply(weights.Map(p => p > 0 ? -Math.Log(p) : 0.0)).RowSums();

    private static Matrix<double> Product(Matrix<double> q, Matrix<double> k) =>
        q.ColumnCount != k.ColumnCount
            ? throw new ArgumentException("queries and keys", nameof(k))
            : (k * q.Transpose()).Transpose();

    private static double Variance(Matrix<double> s) => MeanSquare(s.Subtract(Mean(s)));

    private static double Mean(Matrix<double> s) => s.RowSums().Sum() / (s.RowCount * s.ColumnCount);

    private static double MeanSquare(Matrix<double> s) => Mean(s.PointwiseMultiply(s));

    private static Matrix<double> SoftmaxRows(Matrix<double> s) =>
        Matrix<double>.Build.DenseOfRowVectors(s.EnumerateRows().Select(r => r.Subtract(r.Max()).PointwiseExp()))
            .NormalizeRows(1.0);

    private static Matrix<double> Jacobian(Vector<double> p) =>
        Matrix<double>.Build.DenseOfDiagonalVector(p) - p.ToColumnMatrix() * p.ToRowMatrix();
}
