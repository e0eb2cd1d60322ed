using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Softmax;

public class ScaleTheScoresBeforeTheSoftmaxTests : RuleTests<ScaleTheScoresBeforeTheSoftmax>
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
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k, Matrix<double> v) => Weights([|q.TransposeAndMultiply(k)|]) * v;
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k, Matrix<double> v)
        {
            var scores = [|q * k.Transpose()|];
            var weights = Weights(scores);
            return weights * v;
        }
        """ + Helper)]
    [InlineData("""
        public static double[,] F(double[,] q, double[,] k)
        {
            var n = q.GetLength(0);
            var m = k.GetLength(0);
            var result = new double[n, m];
            for (var i = 0; i < n; i++)
            {
                var sum = 0.0;
                var max = double.NegativeInfinity;
                for (var j = 0; j < m; j++)
                {
                    for (var c = 0; c < q.GetLength(1); c++)
                    {
                        result[i, j] += [|q[i, c] * k[j, c]|];
                    }

                    max = Math.Max(max, result[i, j]);
                }

                for (var j = 0; j < m; j++)
                {
                    result[i, j] = Math.Exp(result[i, j] - max);
                    sum += result[i, j];
                }

                for (var j = 0; j < m; j++)
                {
                    result[i, j] /= sum;
                }
            }

            return result;
        }
        """)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> x, Matrix<double> wq, Matrix<double> wk)
        {
            var q = x * wq;
            var k = x * wk;
            return Weights([|q.TransposeAndMultiply(k)|]);
        }
        """ + Helper)]
    public void Points_at_the_product(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k) => Weights(q.TransposeAndMultiply(k) / Math.Sqrt(q.ColumnCount));
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k)
        {
            var scaled = q / Math.Sqrt(q.ColumnCount);
            return Weights(scaled * k.Transpose());
        }
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k)
        {
            var scores = q * k.Transpose();
            scores.MapInplace(s => s * Math.Pow(q.ColumnCount, -0.5));
            return Weights(scores);
        }
        """ + Helper)]
    [InlineData("""public static Matrix<double> F(Matrix<double> logits) => Weights(logits);""" + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k)
        {
            var scores = q * k.Transpose();
            scores.Multiply(1 / Math.Sqrt(q.ColumnCount), scores);
            return Weights(scores);
        }
        """ + Helper)]
    [InlineData("""
        public static double[] F(double[] q, double[][] k)
        {
            var scores = k.Select(key => key.Zip(q, (a, b) => a * b).Sum() / Math.Sqrt(q.Length)).ToArray();
            var max = scores.Max();
            var e = scores.Select(s => Math.Exp(s - max)).ToArray();
            return e.Select(v => v / e.Sum()).ToArray();
        }
        """)]
    public void Is_silent_when_something_scales(string members) => ShouldBeSilent(members);
}
