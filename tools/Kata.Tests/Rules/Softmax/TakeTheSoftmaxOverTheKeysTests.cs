using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Softmax;

public class TakeTheSoftmaxOverTheKeysTests : RuleTests<TakeTheSoftmaxOverTheKeys>
{
    private const string Helper = """

        private static Vector<double> Normal(Vector<double> x)
        {
            var e = (x - x.Maximum()).PointwiseExp();
            return e / e.Sum();
        }
        """;

    [Theory]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k, Matrix<double> v)
        {
            var scores = q * k.Transpose() / Math.Sqrt(q.ColumnCount);
            var weights = Matrix<double>.Build.DenseOfColumnVectors([|scores.EnumerateColumns()|].Select(Normal));
            return weights * v;
        }
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores)
        {
            var e = scores.Map(s => Math.Exp(s - 3));
            var totals = [|e.ColumnSums()|];
            return e.MapIndexed((i, j, v) => v / totals[j]);
        }
        """)]
    [InlineData("""
        public static double[,] F(double[,] scores)
        {
            var weights = new double[scores.GetLength(0), scores.GetLength(1)];
            for (var j = 0; j < scores.GetLength(1); j++)
            {
                var sum = 0.0;
                for (var i = 0; i < scores.GetLength(0); i++)
                {
                    [|sum += Math.Exp(scores[i, j])|];
                }

                for (var i = 0; i < scores.GetLength(0); i++)
                {
                    weights[i, j] = Math.Exp(scores[i, j]) / sum;
                }
            }

            return weights;
        }
        """)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores, Matrix<double> values)
        {
            var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
            for (var j = 0; j < scores.ColumnCount; j++)
            {
                weights.SetColumn(j, Normal([|scores.Column(j)|]));
            }

            return weights * values;
        }
        """ + Helper)]
    public void Points_at_the_columns(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k, Matrix<double> v) =>
            Matrix<double>.Build.DenseOfRowVectors((q * k.Transpose()).EnumerateRows().Select(Normal)) * v;
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k, Matrix<double> v)
        {
            var turned = k * q.Transpose();
            var weights = Matrix<double>.Build.DenseOfColumnVectors(turned.EnumerateColumns().Select(Normal));
            return weights.TransposeThisAndMultiply(v);
        }
        """ + Helper)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k, Matrix<double> v)
        {
            var weights = Matrix<double>.Build.DenseOfRowVectors((k * q.Transpose()).EnumerateColumns().Select(Normal));
            return weights * v;
        }
        """ + Helper)]
    [InlineData("""
        public static double[,] F(double[,] scores)
        {
            var weights = new double[scores.GetLength(0), scores.GetLength(1)];
            for (var i = 0; i < scores.GetLength(0); i++)
            {
                var sum = 0.0;
                for (var j = 0; j < scores.GetLength(1); j++)
                {
                    sum += Math.Exp(scores[i, j]);
                }

                for (var j = 0; j < scores.GetLength(1); j++)
                {
                    weights[i, j] = Math.Exp(scores[i, j]) / sum;
                }
            }

            return weights;
        }
        """)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> turned)
        {
            var weights = Matrix<double>.Build.DenseOfColumnVectors(turned.EnumerateColumns().Select(Normal));
            return weights.Transpose();
        }
        """ + Helper)]
    public void Is_silent_on_rows_and_on_transposed_scores(string members) => ShouldBeSilent(members);
}
