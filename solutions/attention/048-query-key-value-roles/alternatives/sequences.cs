namespace Kata048;

public static class QueryKeyValueRoles
{
    private sealed record Entry(double Score, Vector<double> Value);

    public static Vector<double> HardLookup(Vector<double> query, Matrix<double> keys, Matrix<double> values) =>
        Mean(Entries(query, keys, values).GroupBy(entry => entry.Score).MaxBy(group => group.Key)!.Select(entry => (1.0, entry.Value)));

    public static Vector<double> SoftLookup(Vector<double> query, Matrix<double> keys, Matrix<double> values, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (double.IsNaN(temperature))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), "not a number");
        }

        var entries = Entries(query, keys, values);
        var top = entries.Max(entry => entry.Score);
        return Mean(entries.Select(entry => (Math.Exp((entry.Score - top) / temperature), entry.Value)));
    }

    public static Matrix<double> Attend(Matrix<double> queries, Matrix<double> keys, Matrix<double> values) =>
        Matrix<double>.Build.DenseOfRowVectors(
            from query in queries.EnumerateRows()
            select SoftLookup(query, keys, values, Math.Pow(query.Count, 0.5)));

    private static IReadOnlyList<Entry> Entries(Vector<double> query, Matrix<double> keys, Matrix<double> values) =>
        (query.Count == keys.ColumnCount, keys.RowCount == values.RowCount) switch
        {
            (false, _) => throw new ArgumentException("query and keys", nameof(query)),
            (_, false) => throw new ArgumentException("keys and values", nameof(values)),
            _ => [.. keys.EnumerateRows().Zip(values.EnumerateRows(), (key, value) => new Entry(key.DotProduct(query), value))],
        };

    private static Vector<double> Mean(IEnumerable<(double Weight, Vector<double> Value)> parts)
    {
        var weighted = parts.ToList();
        return weighted.Select(part => part.Weight * part.Value).Aggregate((left, right) => left + right) / weighted.Sum(part => part.Weight);
    }
}
