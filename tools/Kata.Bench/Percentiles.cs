namespace Kata.Bench;

/// <summary>Percentiles of measured values.</summary>
internal static class Percentiles
{
    /// <summary>The smallest value that at least so many percent of all do not exceed.</summary>
    public static double Percentile(this IEnumerable<double> values, int percent)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Max(0, (int)Math.Ceiling(percent / 100.0 * sorted.Count) - 1)];
    }
}
