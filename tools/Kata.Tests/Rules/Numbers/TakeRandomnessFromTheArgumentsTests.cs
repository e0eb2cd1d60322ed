using Kata.Rules.Numbers;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Numbers;

public class TakeRandomnessFromTheArgumentsTests : RuleTests<TakeRandomnessFromTheArguments>
{
    [Theory]
    [InlineData("""public static double F() => [|new Random()|].NextDouble();""")]
    [InlineData("""public static double F() => [|Random.Shared|].NextDouble();""")]
    [InlineData("""public static double F() => new Random([|DateTime.Now|].Millisecond).NextDouble();""")]
    [InlineData("""public static double F() { var random = new Random([|Environment.TickCount|]); return random.NextDouble(); }""")]
    [InlineData("""public static Matrix<double> F(int n) => [|Matrix<double>.Build.Random(n, n)|];""")]
    [InlineData("""public static int F(string token, int buckets) => Math.Abs([|token.GetHashCode()|] % buckets);""")]
    [InlineData("""public static double F() => [|MathNet.Numerics.Distributions.Normal.Sample(0, 1)|];""")]
    [InlineData("""public static string F() => [|Guid.NewGuid()|].ToString();""")]
    public void Points_at_what_differs_from_run_to_run(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double F(int seed) => new Random(seed).NextDouble();""")]
    [InlineData("""public static double F(Random random) => random.NextDouble();""")]
    [InlineData("""public static double F(Func<double> uniform) => uniform();""")]
    [InlineData("""public static double F(Random random) => MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);""")]
    [InlineData("""public static Matrix<double> F(int n, int seed) => Matrix<double>.Build.Random(n, n, seed);""")]
    [InlineData("""private sealed class Pair { public string Text = ""; public override int GetHashCode() => Text.GetHashCode(); }""")]
    public void Is_silent_on_randomness_that_comes_in(string members) => ShouldBeSilent(members);
}
