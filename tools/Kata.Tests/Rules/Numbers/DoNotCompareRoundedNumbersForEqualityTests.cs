using Kata.Rules.Numbers;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Numbers;

public class DoNotCompareRoundedNumbersForEqualityTests : RuleTests<DoNotCompareRoundedNumbersForEquality>
{
    [Theory]
    [InlineData("""public static bool F(double[] weights) => [|weights.Sum() == 1|];""")]
    [InlineData("""
        public static bool F(double[] weights)
        {
            var sum = 0.0;
            foreach (var weight in weights)
            {
                sum += weight;
            }

            return [|sum != 1.0|];
        }
        """)]
    [InlineData("""public static bool F(double a, double b, double c) => [|a * b == Math.Sqrt(c)|];""")]
    [InlineData("""public static bool F(double x) => [|x == double.NaN|];""")]
    [InlineData("""public static int F(Vector<double>[] rows) => rows.Count(row => [|row.L2Norm() == 1|]);""")]
    public void Points_at_the_comparison(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double F(double[] weights) => weights.Sum(p => p == 0 ? 0 : -p * Math.Log(p));""")]
    [InlineData("""public static bool F(double score) => score == double.NegativeInfinity;""")]
    [InlineData("""
        public static int F(double[] scores)
        {
            var best = scores.Max();
            return Array.FindIndex(scores, score => score == best);
        }
        """)]
    [InlineData("""
        public static double F(double low, double high)
        {
            while (true)
            {
                var middle = (low + high) / 2;
                if (middle == low || middle == high)
                {
                    return middle;
                }

                low = middle;
            }
        }
        """)]
    [InlineData("""public static bool F(double x) => Math.Floor(x) == x;""")]
    [InlineData("""public static double F(double[] e) { var sum = e.Sum(); return sum == 0 ? 0 : e[0] / sum; }""")]
    [InlineData("""public static bool F(double[] weights) => Math.Abs(weights.Sum() - 1) < 1e-9;""")]
    [InlineData("""public static bool F(int a, int b) => a + b == 3;""")]
    public void Is_silent_on_exact_comparisons(string members) => ShouldBeSilent(members);
}
