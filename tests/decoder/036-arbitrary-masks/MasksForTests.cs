using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Kata036.Support;

/// <summary>
/// Masks that do not come from the answer: drawn, generated, by definition; and their comparison with those that do. In a
/// namespace beside that of the tests, because what needs no answer is then compiled while the answer is.
/// </summary>
internal static class MasksForTests
{
    /// <summary>The mask of a drawing, one line per query: x where it may attend to the key.</summary>
    internal static bool[,] Drawn(params string[] lines) => Naive(lines.Length, lines[0].Length, (query, key) => lines[query][key] == 'x');

    /// <summary>True where a matrix is 1.</summary>
    internal static bool[,] Mask(Matrix<double> ones) => Naive(ones.RowCount, ones.ColumnCount, (query, key) => ones[query, key] == 1);

    /// <summary>About half of the keys are visible, at least one to each query: queries without any have a test of their own.</summary>
    internal static bool[,] RandomMask(int queries, int keys, int seed)
    {
        var values = Inputs.Matrix(queries, keys, seed);
        return Naive(queries, keys, (query, key) => values[query, key] > 0 || key == query % keys);
    }

    internal static bool[,] LastRows(int count, bool[,] mask) =>
        Naive(count, mask.GetLength(1), (query, key) => mask[mask.GetLength(0) - count + query, key]);

    internal static bool[,] Naive(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var mask = new bool[queries, keys];
        for (var query = 0; query < queries; query++)
        {
            for (var key = 0; key < keys; key++)
            {
                mask[query, key] = mayAttend(query, key);
            }
        }

        return mask;
    }

    /// <summary>The block of a position is known by where it starts: an empty one starts where the next does.</summary>
    internal static bool[,] NaiveBlocks(int[] lengths)
    {
        int Start(int position) => Enumerable.Range(0, lengths.Length).Select(i => lengths[..i].Sum()).Last(start => start <= position);
        return Naive(lengths.Sum(), lengths.Sum(), (query, key) => Start(query) == Start(key));
    }

    /// <summary>Masked softmax by its definition: each weight is the inverse of a sum of ratios.</summary>
    internal static Matrix<double> Naive(Matrix<double> scores, bool[,] mask)
    {
        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (var query = 0; query < scores.RowCount; query++)
        {
            for (var key = 0; key < scores.ColumnCount; key++)
            {
                var ratios = 0.0;
                for (var other = 0; other < scores.ColumnCount; other++)
                {
                    ratios += mask[query, other] ? Math.Exp(scores[query, other] - scores[query, key]) : 0;
                }

                weights[query, key] = mask[query, key] ? 1 / ratios : 0;
            }
        }

        return weights;
    }

    /// <summary>The scores of visible keys, and one value in the place of all others.</summary>
    internal static Matrix<double> WithHidden(Matrix<double> scores, bool[,] mask, double hiddenScore) =>
        scores.MapIndexed((query, key, score) => mask[query, key] ? score : hiddenScore);

    internal static Matrix<double> Rows(double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);

    /// <summary>A row of the experiment's table: L layers mix positions by the L-th power of their weights.</summary>
    internal static void AppendRow(StringBuilder table, string name, bool[,] mask, Matrix<double> weights, int[] depths)
    {
        var visible = mask.Cast<bool>().Count(mayAttend => mayAttend) / (double)mask.Length;
        table.Append(CultureInfo.InvariantCulture, $"{name,-26} {100 * visible,12:F1}%");
        foreach (var layers in depths)
        {
            var lastQuery = weights.Power(layers).Row(weights.RowCount - 1);
            table.Append(CultureInfo.InvariantCulture, $" {lastQuery.Count(weight => weight > 0),4}");
        }

        table.Append('\n');
    }

    /// <summary>Compares shape and entries; a failure names the first pair that differs and draws both masks.</summary>
    internal static void ShouldBe(
        bool[,] actual, bool[,] expected, string because = "", [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        var (came, wanted) = (Show(actual), Show(expected));
        if (came != wanted)
        {
            var reason = because == "" ? "" : $", because {because}";
            throw new XunitException($"{expression}{FirstDifference(actual, expected)}: expected {wanted}\n  got {came}{reason}");
        }
    }

    private static string FirstDifference(bool[,] actual, bool[,] expected)
    {
        for (var cell = 0; Shape(actual) == Shape(expected) && cell < expected.Length; cell++)
        {
            var (query, key) = Math.DivRem(cell, expected.GetLength(1));
            if (actual[query, key] != expected[query, key])
            {
                return $" at [{query}, {key}]";
            }
        }

        return "";
    }

    private static string Show(bool[,] mask)
    {
        var text = new StringBuilder(Shape(mask));
        for (var query = 0; query < mask.GetLength(0); query++)
        {
            text.Append('\n');
            for (var key = 0; key < mask.GetLength(1); key++)
            {
                text.Append(mask[query, key] ? 'x' : '.');
            }
        }

        return text.ToString();
    }

    private static string Shape(bool[,] mask) => $"{mask.GetLength(0)} × {mask.GetLength(1)}";
}
