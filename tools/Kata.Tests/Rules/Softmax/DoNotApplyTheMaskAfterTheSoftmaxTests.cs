using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Softmax;

public class DoNotApplyTheMaskAfterTheSoftmaxTests : RuleTests<DoNotApplyTheMaskAfterTheSoftmax>
{
    private const string Helper = """

        private static Matrix<double> Weights(Matrix<double> scores) =>
            Matrix<double>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(row =>
            {
                var e = (row - row.Maximum()).PointwiseExp();
                return e / e.Sum();
            }));
        """;

    [Theory]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, bool[,] mask) => Weights(scores).MapIndexed((i, j, w) => [|mask[i, j] ? w : 0|]);
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, bool[,] mask)
        {
            var weights = Weights(scores);
            for (var i = 0; i < weights.RowCount; i++)
            {
                for (var j = 0; j < weights.ColumnCount; j++)
                {
                    if (!mask[i, j])
                    {
                        [|weights[i, j] = 0|];
                    }
                }
            }

            return weights;
        }
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, Matrix<double> mask, Matrix<double> values)
        {
            var weights = [|Weights(scores).PointwiseMultiply(mask)|];
            return weights * values;
        }
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> Causal(Matrix<double> scores)
        {
            var weights = Weights(scores);
            for (var i = 0; i < weights.RowCount; i++)
            {
                for (var j = 0; j < weights.ColumnCount; j++)
                {
                    if (j > i)
                    {
                        [|weights[i, j] = 0|];
                    }
                }
            }

            return weights;
        }
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, bool[,] mask) =>
            Weights(scores).MapIndexed((i, j, w) => [|mask[i, j] ? w : 0|], Zeros.Include);
        """ + Helper)]
    [InlineData("""
        public static double[] F(double[] scores, bool[] allowed)
        {
            var max = scores.Max();
            var weights = new double[scores.Length];
            var total = 0.0;
            for (var key = 0; key < scores.Length; key++)
            {
                var exponential = Math.Exp(scores[key] - max);
                total += exponential;
                weights[key] = [|allowed[key] ? exponential : 0|];
            }

            return weights.Select(weight => weight / total).ToArray();
        }
        """)]
    public void Points_at_the_mask(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, bool[,] mask) =>
            Weights(scores.MapIndexed((i, j, s) => mask[i, j] ? s : double.NegativeInfinity));
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, bool[,] mask)
        {
            var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
            for (var i = 0; i < scores.RowCount; i++)
            {
                var max = double.NegativeInfinity;
                for (var j = 0; j < scores.ColumnCount; j++)
                {
                    if (mask[i, j])
                    {
                        max = Math.Max(max, scores[i, j]);
                    }
                }

                var sum = 0.0;
                for (var j = 0; j < scores.ColumnCount; j++)
                {
                    if (!mask[i, j])
                    {
                        continue;
                    }

                    weights[i, j] = Math.Exp(scores[i, j] - max);
                    sum += weights[i, j];
                }

                for (var j = 0; j < scores.ColumnCount; j++)
                {
                    weights[i, j] = mask[i, j] ? weights[i, j] / sum : 0;
                }
            }

            return weights;
        }
        """)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, bool[,] mask)
        {
            var masked = scores.Clone();
            for (var i = 0; i < masked.RowCount; i++)
            {
                for (var j = 0; j < masked.ColumnCount; j++)
                {
                    if (!mask[i, j])
                    {
                        masked[i, j] = double.NegativeInfinity;
                    }
                }
            }

            var weights = Weights(masked);
            return weights.MapIndexed((i, j, w) => mask[i, j] ? w : 0);
        }
        """ + Helper)]
    [InlineData("""
        public static double[] F(double[] scores, bool[] mask)
        {
            var max = scores.Where((_, j) => mask[j]).Max();
            var e = scores.Select((s, j) => mask[j] ? Math.Exp(s - max) : 0).ToArray();
            var total = e.Sum();
            return e.Select((v, j) => mask[j] ? v / total : 0).ToArray();
        }
        """)]
    [InlineData("""
        public static Vector<double> F(Vector<double> upstream, Vector<double> logits)
        {
            var e = (logits - logits.Maximum()).PointwiseExp();
            var p = e / e.Sum();
            return p.PointwiseMultiply(upstream) - (p * p.DotProduct(upstream));
        }
        """)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, Matrix<double> values) => Weights(scores) * values;
        """ + Helper)]
    [InlineData("""
        public static double[,] Causal(double[,] scores)
        {
            var n = scores.GetLength(0);
            var weights = new double[n, n];
            for (var i = 0; i < n; i++)
            {
                var exponentials = new double[n];
                var sum = 0.0;
                for (var j = 0; j <= i; j++)
                {
                    exponentials[j] = Math.Exp(scores[i, j] - 5);
                    sum += exponentials[j];
                }

                for (var j = 0; j < n; j++)
                {
                    weights[i, j] = j <= i ? exponentials[j] / sum : 0;
                }
            }

            return weights;
        }
        """)]
    [InlineData("""
        public static double[,] Causal(double[,] scores)
        {
            var n = scores.GetLength(0);
            var weights = new double[n, n];
            for (var i = 0; i < n; i++)
            {
                var exponentials = Enumerable.Range(0, i + 1).Select(j => Math.Exp(scores[i, j] - 5)).ToArray();
                var sum = exponentials.Sum();
                for (var j = 0; j < n; j++)
                {
                    weights[i, j] = j <= i ? exponentials[j] / sum : 0;
                }
            }

            return weights;
        }
        """)]
    [InlineData("""
        public static double[] F(double[] scores, bool[] allowed)
        {
            var max = scores.Max();
            var exponentials = scores.Select(score => Math.Exp(score - max)).ToArray();
            var total = 0.0;
            for (var key = 0; key < scores.Length; key++)
            {
                if (allowed[key])
                {
                    total += exponentials[key];
                }
            }

            return exponentials.Select((value, key) => allowed[key] ? value / total : 0).ToArray();
        }
        """)]
    public void Is_silent_when_the_mask_comes_first(string members) => ShouldBeSilent(members);
}
