using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Softmax;

public class DoNotTakeTheLogarithmOfASoftmaxTests : RuleTests<DoNotTakeTheLogarithmOfASoftmax>
{
    private const string Helper = """

        private static Vector<double> Weights(Vector<double> x)
        {
            var e = (x - x.Maximum()).PointwiseExp();
            return e / e.Sum();
        }
        """;

    [Theory]
    [InlineData("""public static Vector<double> F(Vector<double> x) => [|Weights(x).PointwiseLog()|];""" + Helper)]
    [InlineData("""public static double F(Vector<double> x, int target) => -[|Math.Log(Weights(x)[target])|];""" + Helper)]
    [InlineData("""
        public static double F(Matrix<double> logits, int[] targets)
        {
            var loss = 0.0;
            for (var row = 0; row < targets.Length; row++)
            {
                var p = Weights(logits.Row(row));
                loss -= [|Math.Log(p[targets[row]] + 1e-12)|];
            }

            return loss / targets.Length;
        }
        """ + Helper)]
    [InlineData("""
        public static double[] F(double[] x)
        {
            var top = x.Max();
            var e = x.Select(v => Math.Exp(v - top)).ToList();
            var z = e.Sum();
            return e.Select(v => [|Math.Log(v / z)|]).ToArray();
        }
        """)]
    [InlineData("""
        public static double[,] F(double[,] x)
        {
            var result = new double[x.GetLength(0), x.GetLength(1)];
            for (var i = 0; i < x.GetLength(0); i++)
            {
                var max = double.NegativeInfinity;
                for (var j = 0; j < x.GetLength(1); j++)
                {
                    max = Math.Max(max, x[i, j]);
                }

                double sum = 0;
                for (var j = 0; j < x.GetLength(1); j++)
                {
                    sum += Math.Exp(x[i, j] - max);
                }

                for (var j = 0; j < x.GetLength(1); j++)
                {
                    result[i, j] = [|Math.Log(Math.Exp(x[i, j] - max) / sum)|];
                }
            }

            return result;
        }
        """)]
    public void Points_at_the_logarithm(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""
        public static Vector<double> F(Vector<double> x)
        {
            var shifted = x - x.Maximum();
            return shifted - Math.Log(shifted.PointwiseExp().Sum());
        }
        """)]
    [InlineData("""public static double F(Vector<double> weights) => -weights.Sum(w => w == 0 ? 0 : w * Math.Log(w));""")]
    [InlineData("""
        public static double F(Vector<double> x)
        {
            var p = Weights(x);
            return -p.PointwiseMultiply(p.PointwiseLog()).Sum();
        }
        """ + Helper)]
    [InlineData("""
        public static double F(Vector<double> x)
        {
            var entropy = 0.0;
            foreach (var p in Weights(x))
            {
                if (p > 0)
                {
                    entropy -= p * Math.Log(p);
                }
            }

            return entropy;
        }
        """ + Helper)]
    [InlineData("""
        public static double F(double[] x)
        {
            var max = x.Max();
            return max + Math.Log(x.Select(v => Math.Exp(v - max)).Sum());
        }
        """)]
    [InlineData("""public static double F(double[] counts, int i) => Math.Log(counts[i] / counts.Sum());""")]
    public void Is_silent_on_log_softmax_and_entropy(string members) => ShouldBeSilent(members);
}
