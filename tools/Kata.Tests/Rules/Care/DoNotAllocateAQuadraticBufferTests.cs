using Kata.Rules.Care;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Care;

public class DoNotAllocateAQuadraticBufferTests : RuleTests<DoNotAllocateAQuadraticBuffer>
{
    protected override string RuleEntries => "\"KATA013 n m\", \"KATA013 Norm\"";

    [Theory]
    [InlineData("""public static double[,] F([Shape("n", "d")] Matrix<double> q, [Shape("m", "d")] Matrix<double> k) => [|new double[q.RowCount, k.RowCount]|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> q, [Shape("m", "d")] Matrix<double> k, [Shape("m", "v")] Matrix<double> v) => [|q * k.Transpose()|] * v;""")]
    [InlineData("""
        public static Matrix<double> F([Shape("n", "d")] Matrix<double> q, [Shape("m", "d")] Matrix<double> k)
        {
            var features = k.Map(x => Math.Max(x, 0));
            return [|q.TransposeAndMultiply(features)|];
        }
        """)]
    [InlineData("""
        public static Matrix<double> F([Shape("n", "d")] Matrix<double> q)
        {
            var n = q.RowCount;
            return [|Matrix<double>.Build.Dense(n, n)|];
        }
        """)]
    [InlineData("""public static double[] F([Shape("n")] double[] x) => [|new double[x.Length * x.Length]|];""")]
    [InlineData("""public static double Norm([Shape("k")] Vector<double> x) => [|x.OuterProduct(x)|].FrobeniusNorm();""")]
    [InlineData("""public static double Norm([Shape("k")] Vector<double> x) => [|Square(x)|].FrobeniusNorm(); [return: Shape("n", "n")] public static Matrix<double> Square([Shape("n")] Vector<double> x) => Matrix<double>.Build.DenseOfDiagonalVector(x);""")]
    [InlineData("""
        public static double[][] F([Shape("n", "d")] Matrix<double> q)
        {
            var n = q.RowCount;
            var rows = new double[n][];
            for (var i = 0; i < n; i++)
            {
                rows[i] = [|new double[n]|];
            }

            return rows;
        }
        """)]
    public void Points_at_a_buffer_of_length_by_length(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> q, [Shape("m", "d")] Matrix<double> k, [Shape("m", "v")] Matrix<double> v) => q * k.TransposeThisAndMultiply(v);""")]
    [InlineData("""public static double[,] F([Shape("n", "d")] Matrix<double> q) => new double[q.RowCount, q.ColumnCount];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> q, [Shape("m", "d")] Matrix<double> k, [Shape("m", "v")] Matrix<double> v) => q * (k.Transpose() * v);""")]
    [InlineData("""public static double F([Shape("n", "d")] Matrix<double> q) { var sum = 0.0; for (var i = 0; i < q.RowCount; i++) { var row = new double[q.RowCount]; sum += row.Length; } return sum; }""")]
    [InlineData("""public static double[,] F(int n) => new double[n, n];""")]
    [InlineData("""public static Matrix<double> Other([Shape("k")] Vector<double> x) => x.OuterProduct(x);""")]
    [InlineData("""public static Matrix<double> Norm([Shape("k")] Vector<double> x, [Shape("d")] Vector<double> y) => x.OuterProduct(y);""")]
    public void Is_silent_on_buffers_that_grow_with_the_length(string members) => ShouldBeSilent(members);
}
