using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Katas.Support;

/// <summary>
/// Compares real numbers with a tolerance. A failure names the expression, the first differing index, what was
/// expected and what came; small matrices are shown side by side with the differing cells marked by <c>*</c>.
/// </summary>
public static class Near
{
    /// <summary>Allowed distance: this much absolutely, or relative to the expected value where that is above 1.</summary>
    public const double Tolerance = 1e-9;

    /// <summary>Asserts that a number is near the expected one. NaN is near nothing, infinities only themselves.</summary>
    public static void ShouldBeNear(
        this double actual,
        double expected,
        string because = "",
        double tolerance = Tolerance,
        [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        if (!IsNear(expected, actual, tolerance))
        {
            Fail($"{expression}: expected {Show(expected)}, got {Show(actual)}", because);
        }
    }

    /// <summary>Asserts that a vector has the expected length and values.</summary>
    public static void ShouldBeNear(
        this Vector<double>? actual,
        Vector<double> expected,
        string because = "",
        double tolerance = Tolerance,
        [CallerArgumentExpression(nameof(actual))] string expression = "") =>
        (actual?.AsEnumerable()).ShouldBeNear(expected, because, tolerance, expression);

    /// <summary>Asserts that a sequence of numbers has the expected length and values.</summary>
    public static void ShouldBeNear(
        this IEnumerable<double>? actual,
        IEnumerable<double> expected,
        string because = "",
        double tolerance = Tolerance,
        [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        var actualValues = NotNull(actual, expression).ToArray();
        var expectedValues = expected.ToArray();
        Compare([expectedValues.Length], expectedValues, [actualValues.Length], actualValues, because, tolerance, expression);
    }

    /// <summary>Asserts that a matrix has the expected shape and values.</summary>
    public static void ShouldBeNear(
        this Matrix<double>? actual,
        Matrix<double> expected,
        string because = "",
        double tolerance = Tolerance,
        [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        var present = NotNull(actual, expression);
        Compare(
            [expected.RowCount, expected.ColumnCount], expected.ToRowMajorArray(),
            [present.RowCount, present.ColumnCount], present.ToRowMajorArray(),
            because, tolerance, expression);
    }

    /// <summary>Asserts that a tensor has the expected shape and values.</summary>
    public static void ShouldBeNear(
        this Tensor<double>? actual,
        Tensor<double> expected,
        string because = "",
        double tolerance = Tolerance,
        [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        var present = NotNull(actual, expression);
        Compare(
            Lengths(expected), Values(expected),
            Lengths(present), Values(present),
            because, tolerance, expression);
    }

    /// <summary>Whether a number is within the tolerance of the expected one.</summary>
    public static bool IsNear(double expected, double actual, double tolerance = Tolerance) =>
        double.IsFinite(expected)
            ? Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected))
            : actual.Equals(expected) && !double.IsNaN(expected);

    private static T NotNull<T>(T? actual, string expression)
        where T : class =>
        actual ?? throw new XunitException($"{expression}: expected values, got null");

    private static int[] Lengths(Tensor<double> tensor)
    {
        var lengths = new int[tensor.Rank];
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = (int)tensor.Lengths[axis];
        }

        return lengths;
    }

    private static double[] Values(Tensor<double> tensor)
    {
        var values = new double[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    private static void Compare(
        int[] expectedShape, double[] expected, int[] actualShape, double[] actual,
        string because, double tolerance, string expression)
    {
        if (!expectedShape.SequenceEqual(actualShape))
        {
            Fail($"{expression}: expected shape {Shape(expectedShape)}, got {Shape(actualShape)}", because);
        }

        var differing = Enumerable.Range(0, expected.Length)
            .Where(i => !IsNear(expected[i], actual[i], tolerance))
            .ToHashSet();
        if (differing.Count == 0)
        {
            return;
        }

        var first = differing.Min();
        var message = $"{expression} at {Index(first, expectedShape)}: expected {Show(expected[first])}, " +
            $"got {Show(actual[first])} ({differing.Count} of {expected.Length} differ)";
        Fail(message, because, SideBySide(expectedShape, expected, actual, differing));
    }

    private static string SideBySide(int[] shape, double[] expected, double[] actual, HashSet<int> differing)
    {
        const int MostRows = 8, MostColumns = 6;
        if (shape.Length is 0 or > 2 || shape[^1] > MostColumns || (shape.Length == 2 && shape[0] > MostRows))
        {
            return "";
        }

        var columns = shape[^1];
        var rows = expected.Length / columns;
        var left = Enumerable.Range(0, rows).Select(row => string.Concat(
            Enumerable.Range(0, columns).Select(column => Cell(expected[(row * columns) + column], marked: false)))).ToList();
        var right = Enumerable.Range(0, rows).Select(row => string.Concat(
            Enumerable.Range(0, columns).Select(column =>
                Cell(actual[(row * columns) + column], differing.Contains((row * columns) + column))))).ToList();
        var lines = left.Zip(right, (l, r) => $"  {l} |{r}");
        return $"\n  {"expected".PadRight(left[0].Length)} | got (* differs)\n{string.Join('\n', lines)}";
    }

    private static string Cell(double value, bool marked) =>
        ((marked ? "*" : "") + value.ToString("G5", CultureInfo.InvariantCulture)).PadLeft(13);

    private static string Index(int flat, int[] shape)
    {
        var index = new int[shape.Length];
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            index[axis] = flat % shape[axis];
            flat /= shape[axis];
        }

        return $"[{string.Join(", ", index)}]";
    }

    private static string Shape(int[] shape) => $"[{string.Join(" × ", shape)}]";

    private static string Show(double value) => value.ToString("G10", CultureInfo.InvariantCulture);

    private static void Fail(string message, string because, string details = "") =>
        throw new XunitException(message + (because == "" ? "" : $", because {because}") + details);
}
