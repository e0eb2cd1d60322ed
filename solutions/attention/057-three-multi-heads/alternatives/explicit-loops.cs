namespace Kata057;

public sealed record MultiHeadWeights(Matrix<double> InWeight, Vector<double> InBias, Matrix<double> OutWeight, Vector<double> OutBias);

/// <summary>Every tensor is read and written by index.</summary>
public static class ThreeMultiHeads
{
    public static Tensor<double> ByLoop(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask,
        Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply)
    {
        var e = Check(inputs, weights, heads, mask);
        int n = (int)inputs.Lengths[1], d = (int)inputs.Lengths[2];
        var outputs = Tensor.CreateFromShape<double>(inputs.Lengths);
        for (nint b = 0; b < inputs.Lengths[0]; b++)
        {
            var x = Matrix<double>.Build.Dense(n, d, (i, j) => inputs[b, i, j]);
            for (var h = 0; h < heads; h++)
            {
                var projections = new Matrix<double>[3];
                for (var third = 0; third < 3; third++)
                {
                    var start = (third * d) + (h * e);
                    var projection = multiply(x, weights.InWeight.SubMatrix(0, d, start, e));
                    for (var row = 0; row < n; row++)
                    {
                        projection.SetRow(row, projection.Row(row) + weights.InBias.SubVector(start, e));
                    }

                    projections[third] = projection;
                }

                var scores = multiply(projections[0], projections[1].Transpose());
                var attention = Matrix<double>.Build.Dense(n, n);
                for (var i = 0; i < n; i++)
                {
                    Softmax(n, j => mask[b, i, j], j => scores[i, j] / Math.Sqrt(e), (j, weight) => attention[i, j] = weight);
                }

                var part = multiply(multiply(attention, projections[2]), weights.OutWeight.SubMatrix(h * e, e, 0, d));
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < d; j++)
                    {
                        outputs[b, i, j] += part[i, j] + (h == 0 ? weights.OutBias[j] : 0);
                    }
                }
            }
        }

        return outputs;
    }

    public static Tensor<double> ByReshape(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask,
        Func<Tensor<double>, Tensor<double>, Tensor<double>> multiply)
    {
        var e = Check(inputs, weights, heads, mask);
        nint batches = inputs.Lengths[0], n = inputs.Lengths[1], d = inputs.Lengths[2];
        var rows = Tensor.CreateFromShape<double>([batches * n, d]);
        Each(batches, n, d, (b, i, j) => rows[(b * n) + i, j] = inputs[b, i, j]);

        var projections = new Tensor<double>[3];
        for (var third = 0; third < 3; third++)
        {
            var weight = Tensor.CreateFromShape<double>([d, d]);
            Each(1, d, d, (_, i, j) => weight[i, j] = weights.InWeight[(int)i, (int)((third * d) + j)]);
            var product = multiply(rows, weight);
            var split = Tensor.CreateFromShape<double>([batches, heads, n, e]);
            Each(batches, n, d, (b, i, j) => split[b, j / e, i, j % e] = product[(b * n) + i, j] + weights.InBias[(int)((third * d) + j)]);
            projections[third] = split;
        }

        var transposed = Tensor.CreateFromShape<double>([batches, heads, e, n]);
        Each(batches, n, d, (b, i, j) => transposed[b, j / e, j % e, i] = projections[1][b, j / e, i, j % e]);
        var attention = Attend(multiply(projections[0], transposed), mask, e);
        var results = multiply(attention, projections[2]);
        var merged = Tensor.CreateFromShape<double>([batches * n, d]);
        Each(batches, n, d, (b, i, j) => merged[(b * n) + i, j] = results[b, j / e, i, j % e]);
        var outWeight = Tensor.CreateFromShape<double>([d, d]);
        Each(1, d, d, (_, i, j) => outWeight[i, j] = weights.OutWeight[(int)i, (int)j]);
        var projected = multiply(merged, outWeight);
        var outputs = Tensor.CreateFromShape<double>(inputs.Lengths);
        Each(batches, n, d, (b, i, j) => outputs[b, i, j] = projected[(b * n) + i, j] + weights.OutBias[(int)j]);
        return outputs;
    }

    public static Tensor<double> ByFusedEinsum(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask,
        Func<string, Tensor<double>, Tensor<double>, Tensor<double>> einsum)
    {
        var e = Check(inputs, weights, heads, mask);
        nint batches = inputs.Lengths[0], n = inputs.Lengths[1], d = inputs.Lengths[2];
        var inWeight = Tensor.CreateFromShape<double>([d, 3, heads, e]);
        Each(3, d, d, (third, i, j) => inWeight[i, third, j / e, j % e] = weights.InWeight[(int)i, (int)((third * d) + j)]);
        var fused = einsum("xyz,zstc->sxtyc", inputs, inWeight);
        var parts = new Tensor<double>[3];
        for (nint third = 0; third < 3; third++)
        {
            var part = Tensor.CreateFromShape<double>([batches, heads, n, e]);
            Each(batches, n, d, (b, i, j) =>
                part[b, j / e, i, j % e] = fused[third, b, j / e, i, j % e] + weights.InBias[(int)((third * d) + j)]);
            parts[third] = part;
        }

        var attention = Attend(einsum("bhqc,bhkc->bhqk", parts[0], parts[1]), mask, e);
        var results = einsum("bhqk,bhkc->bqhc", attention, parts[2]);
        var outWeight = Tensor.CreateFromShape<double>([heads, e, d]);
        Each(1, d, d, (_, i, j) => outWeight[i / e, i % e, j] = weights.OutWeight[(int)i, (int)j]);
        var outputs = einsum("bqhc,hcd->bqd", results, outWeight);
        Each(batches, n, d, (b, i, j) => outputs[b, i, j] += weights.OutBias[(int)j]);
        return outputs;
    }

    private static Tensor<double> Attend(Tensor<double> scores, Tensor<bool> mask, int e)
    {
        var (batches, heads, n) = (scores.Lengths[0], scores.Lengths[1], (int)scores.Lengths[2]);
        var attention = Tensor.CreateFromShape<double>(scores.Lengths);
        Each(batches, heads, n, (b, h, i) =>
            Softmax(n, j => mask[b, i, j], j => scores[b, h, i, j] / Math.Sqrt(e), (j, weight) => attention[b, h, i, j] = weight));
        return attention;
    }

    private static void Softmax(int count, Func<int, bool> allowed, Func<int, double> score, Action<int, double> set)
    {
        var highest = double.NegativeInfinity;
        for (var j = 0; j < count; j++)
        {
            if (allowed(j))
            {
                highest = Math.Max(highest, score(j));
            }
        }

        double total = 0;
        for (var j = 0; j < count; j++)
        {
            total += allowed(j) ? Math.Exp(score(j) - highest) : 0;
        }

        for (var j = 0; j < count; j++)
        {
            if (allowed(j))
            {
                set(j, Math.Exp(score(j) - highest) / total);
            }
        }
    }

    private static void Each(nint first, nint second, nint third, Action<nint, nint, nint> action)
    {
        for (nint i = 0; i < first; i++)
        {
            for (nint j = 0; j < second; j++)
            {
                for (nint k = 0; k < third; k++)
                {
                    action(i, j, k);
                }
            }
        }
    }

    private static int Check(Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask)
    {
        void Require(bool condition, string message)
        {
            if (!condition)
            {
                throw new ArgumentException(message);
            }
        }

        Require(inputs.Rank == 3 && mask.Rank == 3, "three axes each");
        var (n, d) = (inputs.Lengths[1], (int)inputs.Lengths[2]);
        Require(heads > 0 && d % Math.Max(heads, 1) == 0, $"{heads} heads do not divide {d}");
        Require(mask.Lengths[0] == inputs.Lengths[0] && mask.Lengths[1] == n && mask.Lengths[2] == n, "mask");
        Require(weights.InWeight.RowCount == d && weights.InWeight.ColumnCount == 3 * d && weights.InBias.Count == 3 * d, "in");
        Require(weights.OutWeight.RowCount == d && weights.OutWeight.ColumnCount == d && weights.OutBias.Count == d, "out");
        return d / heads;
    }
}
