namespace Kata050;

public sealed record Projections(Matrix<double> Query, Matrix<double> Key);

/// <summary>One query at a time: its weights, its gradients, and sums over the queries; training as a sequence of states.</summary>
public static class LearningAttentionWeights
{
    public static Matrix<double> SoftmaxBackward(Matrix<double> weights, Matrix<double> upstream) =>
        (weights.RowCount, weights.ColumnCount) == (upstream.RowCount, upstream.ColumnCount)
            ? Matrix<double>.Build.DenseOfRowVectors(weights.EnumerateRows().Zip(upstream.EnumerateRows(), Backward))
            : throw new ArgumentException("weights and upstream: one shape");

    public static Matrix<double> Weights(Matrix<double> queries, Matrix<double> keys, bool[,] mask) =>
        queries.ColumnCount == keys.ColumnCount && (queries.RowCount, keys.RowCount) == (mask.GetLength(0), mask.GetLength(1))
            ? Matrix<double>.Build.DenseOfRowVectors(queries.EnumerateRowsIndexed().Select(row => Weights(row.Item2, keys, j => mask[row.Item1, j])))
            : throw new ArgumentException("queries, keys and mask do not fit");

    public static (Matrix<double> Queries, Matrix<double> Keys, Matrix<double> Values) AttentionBackward(
        Matrix<double> queries, Matrix<double> keys, Matrix<double> values, bool[,] mask, Matrix<double> upstream)
    {
        if (queries.ColumnCount != keys.ColumnCount || keys.RowCount != values.RowCount || upstream.ColumnCount != values.ColumnCount
            || (queries.RowCount, keys.RowCount) != (mask.GetLength(0), mask.GetLength(1)) || upstream.RowCount != queries.RowCount)
        {
            throw new ArgumentException("sizes do not fit");
        }

        var forQueries = queries.Clone();
        var (forKeys, forValues) = (0 * keys, 0 * values);
        foreach (var (i, query) in queries.EnumerateRowsIndexed())
        {
            var weights = Weights(query, keys, j => mask[i, j]);
            var scores = Backward(weights, values * upstream.Row(i)) / Math.Sqrt(query.Count);
            forQueries.SetRow(i, scores * keys);
            forKeys += scores.OuterProduct(query);
            forValues += weights.OuterProduct(upstream.Row(i));
        }

        return (forQueries, forKeys, forValues);
    }

    public static (Projections Learned, IReadOnlyList<double> Losses) TrainRetrieval(
        Matrix<double> questions, Matrix<double> entries, Matrix<double> values, Matrix<double> targets,
        Projections start, double learningRate, int steps)
    {
        if (steps < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(steps));
        }

        if (!double.IsFinite(learningRate) || learningRate <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate));
        }

        if ((targets.RowCount, targets.ColumnCount) != (questions.RowCount, values.ColumnCount) || entries.RowCount != values.RowCount)
        {
            throw new ArgumentException("sizes do not fit");
        }

        var everything = new bool[questions.RowCount, entries.RowCount];
        foreach (var (i, j, _) in Matrix<double>.Build.Dense(questions.RowCount, entries.RowCount).EnumerateIndexed())
        {
            everything[i, j] = true;
        }

        var losses = new List<double> { Loss(start) };
        var learned = Enumerable.Range(0, steps).Aggregate(start, (before, _) =>
        {
            var (queries, keys, _) = AttentionBackward(
                questions * before.Query, entries * before.Key, values, everything, Errors(before) * (learningRate / questions.RowCount));
            var after = new Projections(before.Query - (questions.Transpose() * queries), before.Key - (entries.Transpose() * keys));
            losses.Add(Loss(after));
            return after;
        });
        return (learned, losses);

        Matrix<double> Errors(Projections at) => (Weights(questions * at.Query, entries * at.Key, everything) * values) - targets;
        double Loss(Projections at) => Errors(at).EnumerateRows().Average(error => error.DotProduct(error) / 2);
    }

    private static Vector<double> Weights(Vector<double> query, Matrix<double> keys, Func<int, bool> allowed)
    {
        var scores = keys * query / Math.Sqrt(query.Count);
        var seen = Enumerable.Range(0, keys.RowCount).Where(allowed).ToList();
        var exponentials = Vector<double>.Build.Dense(keys.RowCount);
        var highest = seen.Select(j => scores[j]).DefaultIfEmpty().Max();
        seen.ForEach(j => exponentials[j] = Math.Exp(scores[j] - highest));
        return seen.Count == 0 ? exponentials : exponentials / exponentials.Sum();
    }

    private static Vector<double> Backward(Vector<double> weights, Vector<double> upstream) =>
        weights.PointwiseMultiply(upstream) - (weights * weights.DotProduct(upstream));
}
