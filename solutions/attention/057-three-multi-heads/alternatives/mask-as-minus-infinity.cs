namespace Kata057;

public sealed record MultiHeadWeights(Matrix<double> InWeight, Vector<double> InBias, Matrix<double> OutWeight, Vector<double> OutBias);

/// <summary>Hidden scores become minus infinity, the scale goes into the queries.</summary>
public static class ThreeMultiHeads
{
    public static Tensor<double> ByLoop(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask,
        Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply)
    {
        var shape = new Shape(inputs, weights, heads, mask);
        var queriesKeysValues = Enumerable.Range(0, 3).Select(third => Enumerable.Range(0, heads)
            .Select(head => (third * shape.Model) + (head * shape.Head))
            .Select(first => (
                Weight: weights.InWeight.SubMatrix(0, shape.Model, first, shape.Head),
                Bias: weights.InBias.SubVector(first, shape.Head))).ToArray()).ToArray();

        IEnumerable<double> OneBatch(double[] tokens, double[] hidden)
        {
            var x = Matrix<double>.Build.DenseOfRowMajor(shape.Length, shape.Model, tokens);
            var masked = Matrix<double>.Build.DenseOfRowMajor(shape.Length, shape.Length, hidden);
            var parts = Enumerable.Range(0, heads).Select(head =>
            {
                var qkv = queriesKeysValues.Select(third => third[head])
                    .Select(layer => multiply(x, layer.Weight) + Rows(layer.Bias, shape.Length)).ToArray();
                var logits = multiply(qkv[0] / Math.Sqrt(shape.Head), qkv[1].Transpose()) + masked;
                var attention = Matrix<double>.Build.DenseOfRows(logits.ToRowArrays().Select(Softmax));
                return multiply(multiply(attention, qkv[2]), weights.OutWeight.SubMatrix(head * shape.Head, shape.Head, 0, shape.Model));
            });
            return parts.Aggregate(Rows(weights.OutBias, shape.Length), (sum, part) => sum + part).ToRowMajorArray();
        }

        return Tensor.Create(
            Flat(inputs).Chunk(shape.Length * shape.Model).Zip(Hidden(mask).Chunk(shape.Length * shape.Length), OneBatch).SelectMany(y => y).ToArray(),
            inputs.Lengths);
    }

    public static Tensor<double> ByReshape(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask,
        Func<Tensor<double>, Tensor<double>, Tensor<double>> multiply)
    {
        var shape = new Shape(inputs, weights, heads, mask);

        var tokens = Tensor.Create(Flat(inputs), [shape.Batches * shape.Length, shape.Model]);
        var parts = Enumerable.Range(0, 3).Select(third => third * shape.Model).Select(first =>
        {
            var weight = weights.InWeight.SubMatrix(0, shape.Model, first, shape.Model);
            var rows = Flat(multiply(tokens, Tensor.Create(weight.ToRowMajorArray(), [shape.Model, shape.Model])));
            var biased = rows.Chunk(shape.Model).SelectMany(row => row.Zip(weights.InBias.Skip(first), (value, bias) => value + bias));
            return Tensor.Create(biased.ToArray(), [shape.Batches, shape.Length, heads, shape.Head]);
        }).ToArray();

        var scores = multiply(
            Tensor.PermuteDimensions(parts[0] / Math.Sqrt(shape.Head), [0, 2, 1, 3]), Tensor.PermuteDimensions(parts[1], [0, 2, 3, 1]));
        var results = multiply(Attention(scores, mask), Tensor.PermuteDimensions(parts[2], [0, 2, 1, 3]));
        var outWeight = Tensor.Create(weights.OutWeight.ToRowMajorArray(), [1, shape.Model, shape.Model]);
        var merged = Tensor.Create(Flat(Tensor.PermuteDimensions(results, [0, 2, 1, 3])), [1, shape.Batches * shape.Length, shape.Model]);
        var outputs = Flat(multiply(merged, outWeight)).Chunk(shape.Model).SelectMany(row => row.Zip(weights.OutBias, (value, bias) => value + bias));
        return Tensor.Create(outputs.ToArray(), inputs.Lengths);
    }

    public static Tensor<double> ByFusedEinsum(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask,
        Func<string, Tensor<double>, Tensor<double>, Tensor<double>> einsum)
    {
        var shape = new Shape(inputs, weights, heads, mask);

        var inWeight = Tensor.Create(weights.InWeight.ToRowMajorArray(), [shape.Model, 3 * heads, shape.Head]);
        var fused = Flat(einsum("dse,bnd->sbne", inWeight, inputs)).Chunk(shape.Batches * shape.Length * shape.Head)
            .SelectMany((block, number) => block.Select((value, i) => value + weights.InBias[(number * shape.Head) + (i % shape.Head)]));

        // Heads in front of batches here: the letters can be in any order.
        var parts = fused.Chunk(shape.Batches * shape.Length * shape.Model)
            .Select(part => Tensor.Create(part, [heads, shape.Batches, shape.Length, shape.Head])).ToArray();

        var scores = einsum("hbme,hbne->bhnm", parts[1], parts[0] / Math.Sqrt(shape.Head));
        var results = einsum("hbme,bhnm->bnhe", parts[2], Attention(scores, mask));
        var outWeight = Tensor.Create(weights.OutWeight.ToRowMajorArray(), [heads, shape.Head, shape.Model]);
        var outputs = Flat(einsum("hed,bnhe->bnd", outWeight, results));
        return Tensor.Create(outputs.Select((value, i) => value + weights.OutBias[i % shape.Model]).ToArray(), inputs.Lengths);
    }

    private sealed class Shape
    {
        public Shape(Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask)
        {
            if (inputs.Lengths is not [var batches, var length, var model] || mask.Lengths is not [var b, var n, var m]
                || (b, n, m) != (batches, length, length))
            {
                throw new ArgumentException("inputs and mask");
            }

            (Batches, Length, Model) = ((int)batches, (int)length, (int)model);
            if (heads <= 0 || Model % heads > 0)
            {
                throw new ArgumentOutOfRangeException(nameof(heads), $"{heads} heads for a dimension of {Model}");
            }

            Head = Model / heads;
            var (iw, ow) = (weights.InWeight, weights.OutWeight);
            int[] sizes = [iw.RowCount, iw.ColumnCount, weights.InBias.Count, ow.RowCount, ow.ColumnCount, weights.OutBias.Count];
            if (!sizes.SequenceEqual(new[] { 1, 3, 3, 1, 1, 1 }.Select(times => times * Model)))
            {
                throw new ArgumentException("weights");
            }
        }

        public int Batches { get; }

        public int Length { get; }

        public int Model { get; }

        public int Head { get; }
    }

    private static Matrix<double> Rows(Vector<double> bias, int rows) => Matrix<double>.Build.DenseOfRowVectors(Enumerable.Repeat(bias, rows));

    private static double[] Hidden(Tensor<bool> mask) => Flat(mask).Select(may => may ? 0 : double.NegativeInfinity).ToArray();

    private static Tensor<double> Attention(Tensor<double> scores, Tensor<bool> mask)
    {
        var (perBatch, length) = ((int)scores.Lengths[1], (int)scores.Lengths[3]);
        var hidden = Hidden(mask).Chunk(length * length).SelectMany(batch => Enumerable.Repeat(batch, perBatch)).SelectMany(row => row);
        var rows = Flat(scores).Zip(hidden, (score, minus) => score + minus).Chunk(length);
        return Tensor.Create(rows.SelectMany(Softmax).ToArray(), scores.Lengths);
    }

    private static IEnumerable<double> Softmax(double[] logits) => logits.Max() is var max && double.IsFinite(max)
        ? logits.Select(logit => Math.Exp(logit - max) / logits.Sum(other => Math.Exp(other - max)))
        : logits.Select(_ => 0.0);

    private static T[] Flat<T>(Tensor<T> tensor)
    {
        var flat = new T[tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return flat;
    }
}
