namespace Kata048;

public static class QueryKeyValueRoles
{
    public static Vector<double> HardLookup(Vector<double> query, Matrix<double> keys, Matrix<double> values)
    {
        Check(query, keys, values);
        var best = double.NegativeInfinity;
        var winners = new List<int>();
        for (var j = 0; j < keys.RowCount; j++)
        {
            var score = keys.Row(j).DotProduct(query);
            if (score > best)
            {
                best = score;
                winners.Clear();
            }

            if (score >= best)
            {
                winners.Add(j);
            }
        }

        var sum = Vector<double>.Build.Dense(values.ColumnCount);
        foreach (var winner in winners)
        {
            sum += values.Row(winner);
        }

        return sum / winners.Count;
    }

    public static Vector<double> SoftLookup(Vector<double> query, Matrix<double> keys, Matrix<double> values, double temperature)
    {
        Check(query, keys, values);
        if (double.IsNaN(temperature) || temperature <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(temperature));
        }

        // Online softmax: sums kept relative to the greatest score seen so far.
        var greatest = double.NegativeInfinity;
        var total = 0.0;
        var blend = new double[values.ColumnCount];
        for (var j = 0; j < keys.RowCount; j++)
        {
            var score = keys.Row(j) * query / temperature;
            var raised = Math.Max(greatest, score);
            var shrink = Math.Exp(greatest - raised);
            var weight = Math.Exp(score - raised);
            total = (total * shrink) + weight;
            for (var c = 0; c < blend.Length; c++)
            {
                blend[c] = (blend[c] * shrink) + (weight * values[j, c]);
            }

            greatest = raised;
        }

        return Vector<double>.Build.Dense(blend.Length, c => blend[c] / total);
    }

    public static Matrix<double> Attend(Matrix<double> queries, Matrix<double> keys, Matrix<double> values)
    {
        var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount);
        foreach (var (i, query) in queries.EnumerateRowsIndexed())
        {
            output.SetRow(i, SoftLookup(query, keys, values, Math.Sqrt(queries.ColumnCount)));
        }

        return output;
    }

    private static void Check(Vector<double> query, Matrix<double> keys, Matrix<double> values)
    {
        if (query.Count != keys.ColumnCount || keys.RowCount != values.RowCount)
        {
            throw new ArgumentException("sizes do not fit");
        }
    }
}
