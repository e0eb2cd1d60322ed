namespace Kata055;

public static class WhyScaleScores
{
    public static double ScoreVariance(Matrix<double> queries, Matrix<double> keys)
    {
        var scores = Scores(queries, keys, 1.0);
        double sum = 0;
        foreach (var score in scores)
        {
            sum += score;
        }

        var mean = sum / scores.Length;
        double squares = 0;
        foreach (var score in scores)
        {
            squares += Math.Pow(score - mean, 2);
        }

        return squares / scores.Length;
    }

    public static Matrix<double> ScaledScores(Matrix<double> queries, Matrix<double> keys) =>
        Matrix<double>.Build.DenseOfArray(Scores(queries, keys, Math.Pow(queries.ColumnCount, -0.5)));

    public static Matrix<double> Attend(Matrix<double> queries, Matrix<double> keys, Matrix<double> values)
    {
        if (values.RowCount != keys.RowCount)
        {
            throw new ArgumentException("as many values as keys, please");
        }

        var scores = ScaledScores(queries, keys);
        var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount);
        for (var i = 0; i < queries.RowCount; i++)
        {
            var row = Exponentials(scores.Row(i).ToArray(), out var total);
            for (var j = 0; j < keys.RowCount; j++)
            {
                for (var c = 0; c < values.ColumnCount; c++)
                {
                    output[i, c] += row[j] / total * values[j, c];
                }
            }
        }

        return output;
    }

    public static Matrix<double> SoftmaxJacobian(Vector<double> logits)
    {
        var e = Exponentials(logits.ToArray(), out var total);
        return Matrix<double>.Build.Dense(e.Length, e.Length, (i, j) =>
        {
            var kronecker = i == j ? 1.0 : 0.0;
            return e[i] / total * (kronecker - e[j] / total);
        });
    }

    public static double JacobianNorm(Vector<double> logits)
    {
        var e = Exponentials(logits.ToArray(), out var total);
        double sum = 0;
        for (var i = 0; i < e.Length; i++)
        {
            for (var j = 0; j < e.Length; j++)
            {
                var entry = e[i] / total * ((i == j ? 1.0 : 0.0) - e[j] / total);
                sum += entry * entry;
            }
        }

        return Math.Sqrt(sum);
    }

    public static Vector<double> Entropy(Matrix<double> weights)
    {
        var entropies = Vector<double>.Build.Dense(weights.RowCount);
        for (var i = 0; i < weights.RowCount; i++)
        {
            for (var j = 0; j < weights.ColumnCount; j++)
            {
                if (weights[i, j] > 0)
                {
                    entropies[i] -= weights[i, j] * Math.Log(weights[i, j]);
                }
            }
        }

        return entropies;
    }

    private static double[,] Scores(Matrix<double> queries, Matrix<double> keys, double scale)
    {
        if (queries.ColumnCount != keys.ColumnCount)
        {
            throw new ArgumentException("queries and keys must have one dimension");
        }

        var scores = new double[queries.RowCount, keys.RowCount];
        for (var i = 0; i < queries.RowCount; i++)
        {
            for (var j = 0; j < keys.RowCount; j++)
            {
                double dot = 0;
                for (var k = 0; k < queries.ColumnCount; k++)
                {
                    dot += queries[i, k] * keys[j, k];
                }

                scores[i, j] = dot * scale;
            }
        }

        return scores;
    }

    private static double[] Exponentials(double[] logits, out double total)
    {
        var highest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            highest = Math.Max(highest, logit);
        }

        total = 0;
        var exponentials = new double[logits.Length];
        for (var i = 0; i < logits.Length; i++)
        {
            exponentials[i] = Math.Exp(logits[i] - highest);
            total += exponentials[i];
        }

        return exponentials;
    }
}
