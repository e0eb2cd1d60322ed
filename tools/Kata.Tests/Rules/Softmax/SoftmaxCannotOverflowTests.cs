using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Softmax;

public class SoftmaxCannotOverflowTests : RuleTests<SoftmaxCannotOverflow>
{
    [Theory]
    [InlineData("""
        public static Vector<double> F(Vector<double> x)
        {
            var e = (x - x.Maximum()).PointwiseExp();
            return [|e / e.Sum()|];
        }
        """)]
    [InlineData("""
        public static double[] F(double[] x)
        {
            var max = x.Max();
            var e = x.Select(v => Math.Exp(v - max)).ToArray();
            var total = e.Sum();
            return e.Select(v => [|v / total|]).ToArray();
        }
        """)]
    [InlineData("""public static Vector<double> F(Vector<double> x) => [|(x - x.Maximum()).PointwiseExp().Normalize(1)|];""")]
    public void Points_at_a_stable_softmax(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static Vector<double> F(Vector<double> x) => x.PointwiseExp().Normalize(1);""")]
    [InlineData("""public static Vector<double> F(Vector<double> x) => x - x.Maximum();""")]
    [InlineData("""public static double F(Vector<double> x) => (x - x.Maximum()).PointwiseExp().Sum();""")]
    public void Is_silent_elsewhere(string members) => ShouldBeSilent(members);
}
