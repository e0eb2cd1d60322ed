using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Softmax;

public class ScaleByTheRootOfTheDimensionTests : RuleTests<ScaleByTheRootOfTheDimension>
{
    [Theory]
    [InlineData("""public static Matrix<double> F(Matrix<double> q, Matrix<double> k) => [|q.TransposeAndMultiply(k) / q.ColumnCount|];""")]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k)
        {
            double size = k.ColumnCount;
            var products = Products(q, k);
            return [|products * (1.0 / size)|];
        }

        private static Matrix<double> Products(Matrix<double> a, Matrix<double> b) => a * b.Transpose();
        """)]
    [InlineData("""
        public static double[] F(double[] q, double[][] k)
        {
            var scores = k.Select(key => [|key.Zip(q, (a, b) => a * b).Sum() / q.Length|]).ToArray();
            var max = scores.Max();
            var e = scores.Select(s => Math.Exp(s - max)).ToArray();
            var total = e.Sum();
            return e.Select(v => v / total).ToArray();
        }
        """)]
    [InlineData("""
        public static double[,] F(double[,] q, double[,] k)
        {
            var result = new double[q.GetLength(0), k.GetLength(0)];
            for (var i = 0; i < q.GetLength(0); i++)
            {
                for (var j = 0; j < k.GetLength(0); j++)
                {
                    double dot = 0;
                    for (var c = 0; c < q.GetLength(1); c++)
                    {
                        dot += q[i, c] * k[j, c];
                    }

                    result[i, j] = [|dot / q.GetLength(1)|];
                }
            }

            return result;
        }
        """)]
    public void Points_at_the_division(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static Matrix<double> F(Matrix<double> q, Matrix<double> k) => q.TransposeAndMultiply(k) / Math.Sqrt(q.ColumnCount);""")]
    [InlineData("""
        public static double F(Matrix<double> q, Matrix<double> k)
        {
            var scores = q.TransposeAndMultiply(k);
            var mean = scores.Enumerate().Sum() / (scores.RowCount * scores.ColumnCount);
            return scores.Enumerate().Sum(s => (s - mean) * (s - mean)) / (q.RowCount * k.RowCount);
        }
        """)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k)
        {
            var root = Math.Sqrt(q.ColumnCount);
            return (q * k.Transpose()).Map(s => s / root);
        }
        """)]
    [InlineData("""public static double F(Vector<double> a) => a.Sum() / a.Count;""")]
    [InlineData("""public static Matrix<double> F(Matrix<double> q, Matrix<double> k, double temperature) => q * k.Transpose() / temperature;""")]
    public void Is_silent_on_roots_and_means(string members) => ShouldBeSilent(members);
}
