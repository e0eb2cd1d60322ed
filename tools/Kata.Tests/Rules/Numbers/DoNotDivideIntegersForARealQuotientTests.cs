using Kata.Rules.Numbers;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Numbers;

public class DoNotDivideIntegersForARealQuotientTests : RuleTests<DoNotDivideIntegersForARealQuotient>
{
    [Theory]
    [InlineData("""public static double F(int hits, int total) => [|hits / total|];""")]
    [InlineData("""public static double F(int[] tokens, string[] words) { double fertility = [|tokens.Length / words.Length|]; return fertility; }""")]
    [InlineData("""public static double[] F(int[] counts) => counts.Select(c => (double)([|c / counts.Length|])).ToArray();""")]
    [InlineData("""public static double F(double x, int n) => Math.Pow(x, [|1 / n|]);""")]
    [InlineData("""public static double F(double x) => x * ([|1 / 2|]);""")]
    [InlineData("""public static double F(int position, int i, int d) => Math.Sin(position / Math.Pow(10000, [|2 * i / d|]));""")]
    [InlineData("""public static double F(int wrong, int total) => 1 - [|wrong / total|];""")]
    public void Points_at_a_quotient_that_lost_its_fraction(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double F(int hits, int total) => (double)hits / total;""")]
    [InlineData("""public static double F(int position, int i, int d) => position / Math.Pow(10000, 2.0 * (i / 2) / d);""")]
    [InlineData("""public static double F(int dModel, int heads) => Math.Sqrt(dModel / heads);""")]
    [InlineData("""
        public static double F(int dModel, int heads)
        {
            if (dModel % heads != 0)
            {
                throw new ArgumentException("heads must divide dModel.", nameof(heads));
            }

            double size = dModel / heads;
            return 1 / Math.Sqrt(size);
        }
        """)]
    [InlineData("""public static double F(double rate, double gamma, int step, int size) => rate * Math.Pow(gamma, step / size);""")]
    [InlineData("""public static double F(int dModel, int heads) => dModel % heads == 0 ? dModel / heads : throw new ArgumentException("heads must divide dModel.");""")]
    [InlineData("""public static double F(int dModel, int heads) { if (dModel % heads != 0) { throw new ArgumentException("heads"); } return dModel / heads; }""")]
    [InlineData("""public static int F(int n) => n * (n - 1) / 2;""")]
    [InlineData("""public static double F(int n) => n * (n + 1) / 2;""")]
    [InlineData("""public static double F(int hits, int total) => 1.0 * hits / total;""")]
    public void Is_silent_on_whole_and_on_real_quotients(string members) => ShouldBeSilent(members);
}
