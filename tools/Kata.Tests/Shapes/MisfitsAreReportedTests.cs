using System.Globalization;
using Kata.Rules.Shapes;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Shapes;

/// <summary>Shapes that cannot fit, written the ways people write them.</summary>
public class MisfitsAreReportedTests : RuleTests<MatrixShapesMustFit>
{
    [Theory]
    // Products.
    [InlineData("""public static Matrix<double> F([Shape("n", "dK")] Matrix<double> q, [Shape("m", "dK")] Matrix<double> k) => [|q * k|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "dK")] Matrix<double> q, [Shape("m", "dK")] Matrix<double> k) => [|q.Multiply(k)|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "dK")] Matrix<double> q, [Shape("m", "dK")] Matrix<double> k) => [|q.TransposeAndMultiply(k.Transpose())|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "dK")] Matrix<double> q, [Shape("m", "dK")] Matrix<double> k) => [|q.TransposeThisAndMultiply(k)|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> w, [Shape("n")] Vector<double> x) => [|w * x|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> w, [Shape("d")] Vector<double> x) => [|x * w|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> w, [Shape("d")] Vector<double> x) => [|w.LeftMultiply(x)|];""")]
    [InlineData("""public static double F([Shape("n")] Vector<double> a, [Shape("m")] Vector<double> b) => [|a * b|];""")]
    [InlineData("""public static double F([Shape("n")] Vector<double> a, [Shape("m")] Vector<double> b) => [|a.DotProduct(b)|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "3")] Matrix<double> a, [Shape("4")] Vector<double> b) => [|a * b|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> a, [Shape("n", "d")] Matrix<double> b, [Shape("n")] Vector<double> x) => [|(a + b) * x|];""")]
    // Element by element.
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("d", "n")] Matrix<double> b) => [|a + b|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) => [|a - b|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) => [|a.PointwiseMultiply(b)|];""")]
    [InlineData("""public static Vector<double> F([Shape("n")] Vector<double> a, [Shape("d")] Vector<double> b) => [|a.PointwiseDivide(b)|];""")]
    [InlineData("""public static Vector<double> F([Shape("n")] Vector<double> a, [Shape("d")] Vector<double> b) => [|a.Map2((x, y) => x * y, b)|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) { var sum = a; [|sum += a.Transpose()|]; return sum; }""")]
    // Parts put together and taken apart.
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) => [|a.Append(b)|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("n", "e")] Matrix<double> b) => [|a.Stack(b)|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("d")] Vector<double> bias) => [|a.InsertColumn(0, bias)|];""")]
    [InlineData("""public static void F([Shape("n", "d")] Matrix<double> a, [Shape("n")] Vector<double> row) { var copy = a.Clone(); [|copy.SetRow(0, row)|]; }""")]
    [InlineData("""public static void F([Shape("n", "d")] Matrix<double> a) { var copy = a.Clone(); [|copy.SetColumn(0, a.Row(0))|]; }""")]
    [InlineData("""public static void F([Shape("n", "d")] Matrix<double> a) { var copy = a.Clone(); [|copy.SetRow(0, new double[a.RowCount])|]; }""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> a) => [|a.Row(0) + a.Column(0)|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> a) => [|a.RowSums() - a.ColumnSums()|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) { var wide = a.InsertColumn(0, a.Column(0)); return [|wide + a|]; }""")]
    [InlineData("""public static void F([Shape("n", "d")] Matrix<double> a, [Shape("d", "m")] Matrix<double> b) { var result = Matrix<double>.Build.Dense(b.ColumnCount, a.RowCount); [|a.Multiply(b, result)|]; }""")]
    // Built.
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) { var ones = Matrix<double>.Build.Dense(a.RowCount, a.RowCount, 1); return [|a * ones|]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) => [|a + Matrix<double>.Build.DenseIdentity(a.RowCount)|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> a) => [|a * Vector<double>.Build.Dense(a.RowCount, 1.0)|];""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> a) => [|a * Vector<double>.Build.DenseOfEnumerable(a.EnumerateRows().Select(row => row.Sum()))|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) => [|a + Matrix<double>.Build.DenseOfColumnVectors(a.EnumerateRows())|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) => [|a * Matrix<double>.Build.DenseOfRowVectors(a.EnumerateRows().Select(row => row / row.Sum()))|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) => [|a * Matrix<double>.Build.DenseOfRowVectors([.. from row in a.EnumerateRows() select 2 * row])|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) => [|a * Matrix<double>.Build.DenseOfRows(a.ToRowArrays())|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) => [|a * Matrix<double>.Build.DenseOfArray(new double[a.RowCount, 3])|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n")] Vector<double> p, [Shape("m")] Vector<double> q) => [|Matrix<double>.Build.DenseOfDiagonalVector(p) - p.OuterProduct(q)|];""")]
    public void Points_at_operands_that_do_not_fit(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var (x, y) = (a, b.Transpose()); return [|x + y|]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var pair = (Left: a, Right: b); return [|pair.Left * pair.Right|]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b, bool scale) { var x = scale ? 2 * a : a; return [|x * b|]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var x = a; for (var i = 0; i < 3; i++) { x = 2 * x; } return [|x * b|]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { if (a.ColumnCount != b.ColumnCount) { throw new ArgumentException("columns"); } return [|a * b|]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { return Scores(a, b); } private static Matrix<double> Scores(Matrix<double> q, Matrix<double> k) => [|q * k|];""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { return Scores(b); Matrix<double> Scores(Matrix<double> k) => [|a * k|]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { Func<Matrix<double>, Matrix<double>> scores = k => [|a * k|]; return scores(b); }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("d", "d")] Matrix<double> w) { foreach (var column in a.EnumerateColumns()) { Console.WriteLine([|w * column|]); } return a; }""")]
    [InlineData("""public static void F([Shape("n", "d")] Matrix<double> a, [Shape("d", "d")] Matrix<double> w) { var c = a.Clone(); foreach (var (i, row) in a.EnumerateRowsIndexed()) { [|c.SetColumn(i, w * row)|]; } }""")]
    [InlineData("""public static void F([Shape("n", "d")] Matrix<double> a, [Shape("d", "d")] Matrix<double> w) { System.Threading.Tasks.Parallel.For(0, a.ColumnCount, i => Console.WriteLine([|w * a.Column(i)|])); }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { Matrix<double> x; try { x = a.Transpose(); } finally { Console.WriteLine(); } return [|x * b|]; }""")]
    [InlineData("""public static Vector<double> F([Shape("n", "d")] Matrix<double> a) => a.EnumerateColumns().Aggregate((sum, column) => [|sum + a.Row(0)|]);""")]
    [InlineData("""public static Vector<double>[] F([Shape("n", "d")] Matrix<double> a, [Shape("n", "e")] Matrix<double> b) => a.EnumerateRows().Zip(b.EnumerateRows(), (x, y) => [|x + y|]).ToArray();""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var neverRun = a.EnumerateRows().Select(row => { if (a.RowCount != b.RowCount) { throw new ArgumentException("rows"); } return row; }); return [|a + b|]; }""")]
    public void Follows_the_flow_of_the_method(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""[return: Shape("n", "m")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) => [|b * a.Transpose()|];""")]
    [InlineData("""[return: Shape("n", "m")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { if (a.RowCount == 0) { return Matrix<double>.Build.Dense(0, 0); } return [|a|]; }""")]
    [InlineData("""[return: Shape("n")] public static Vector<double> F([Shape("n", "m")] Matrix<double> a) => [|a.ColumnSums()|];""")]
    [InlineData("""[return: Shape("n")] public static double[] F([Shape("n", "m")] Matrix<double> a) => [|a.ColumnSums().ToArray()|];""")]
    [InlineData("""[return: Shape("n", "m")] public static double[][] F([Shape("n", "m")] Matrix<double> a) => [|a.ToColumnArrays()|];""")]
    [InlineData("""[return: Shape("window", "d")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, int window) => [|a.SubMatrix(0, a.RowCount, 0, a.ColumnCount)|];""")]
    public void Points_at_a_result_that_is_not_the_declared_one(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) => G(a, [|b.Transpose()|]); [return: Shape("p", "q")] public static Matrix<double> G([Shape("p", "k")] Matrix<double> x, [Shape("q", "k")] Matrix<double> y) => x.TransposeAndMultiply(y);""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) => [|a * G(a, b)|]; [return: Shape("p", "q")] public static Matrix<double> G([Shape("p", "k")] Matrix<double> x, [Shape("q", "k")] Matrix<double> y) => x.TransposeAndMultiply(y);""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) => G([|a|], 3, a); public static Matrix<double> G([Shape("n", "k")] Matrix<double> x, int k, [Shape("k", "k")] Matrix<double> w) => x * w;""")]
    public void Points_at_an_argument_that_is_not_the_declared_one(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> a, [Shape("b", "d", "n")] Tensor<double> c) => [|Tensor.Add<double>(a, c)|];""")]
    [InlineData("""public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> a, [Shape("n")] Tensor<double> bias) => [|a + bias|];""")]
    [InlineData("""public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> a) => [|Tensor.Multiply<double>(a, Tensor.PermuteDimensions(a, [0, 2, 1]))|];""")]
    [InlineData("""public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> a) => [|a * Tensor.Transpose(a)|];""")]
    [InlineData("""public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> a) { var zeros = Tensor.CreateFromShape<double>([a.Lengths[0], a.Lengths[2], a.Lengths[2]]); return [|Tensor.Subtract<double>(a, zeros)|]; }""")]
    [InlineData("""[return: Shape("b", "d", "n")] public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> a) => [|Tensor.Exp<double>(a)|];""")]
    [InlineData("""public static Tensor<double> F([Shape("n")] Tensor<double> a, [Shape("m")] Tensor<double> b) => [|Tensor.Reshape(a, [b.Lengths[0]])|];""")]
    public void Points_at_tensors_that_do_not_fit(string members) => ShouldReport(members);

    [Theory]
    [InlineData("q * k", "q * k: (n × dK) · (m × dK) do not fit; did you mean k.Transpose()?", "q * k：(n × dK) · (m × dK) 形状不相容；是不是想写 k.Transpose()？")]
    [InlineData("q * k.Transpose() * k.Transpose()", "q * k.Transpose() * k.Transpose(): (n × m) · (dK × m) do not fit; did you mean k?", "q * k.Transpose() * k.Transpose()：(n × m) · (dK × m) 形状不相容；是不是想写 k？")]
    [InlineData("q.TransposeThisAndMultiply(k)", "q.TransposeThisAndMultiply(k): (n × dK)ᵀ · (m × dK) do not fit; did you mean q * k.Transpose()?", null)]
    [InlineData("k.Transpose() - k", "k.Transpose() - k: (dK × m) − (m × dK) do not fit; did you mean k.Transpose()?", null)]
    [InlineData("q.Stack(k) * k", "q.Stack(k) * k: ((m + n) × dK) · (m × dK) do not fit; did you mean k.Transpose()?", null)]
    [InlineData("(q.Transpose() * q).SubMatrix(0, q.ColumnCount / 2, 0, q.ColumnCount) * 2", "returns (⌊dK / 2⌋ × dK) where (n × m) is declared", null)]
    [InlineData("q + k", "q + k: (n × dK) + (m × dK) do not fit", "q + k：(n × dK) + (m × dK) 形状不相容")]
    [InlineData("k * q.Transpose()", "returns (m × n) where (n × m) is declared; did you mean (k * q.Transpose()).Transpose()?", "返回 (m × n)，而声明的是 (n × m)；是不是想写 (k * q.Transpose()).Transpose()？")]
    [InlineData("k", "returns (m × dK) where (n × m) is declared", "返回 (m × dK)，而声明的是 (n × m)")]
    [InlineData("F(q, k.Transpose())", "F(q, k.Transpose()): k.Transpose() is (dK × m) where (m × dK) is declared", "F(q, k.Transpose())：k.Transpose() 的形状是 (dK × m)，而声明的是 (m × dK)")]
    public void Says_what_does_not_fit_and_what_would(string expression, string english, string? chinese)
    {
        var source = $$"""
            public static class Snippet
            {
                [return: Shape("n", "m")]
                public static Matrix<double> F([Shape("n", "dK")] Matrix<double> q, [Shape("m", "dK")] Matrix<double> k) => {{expression}};
            }
            """;

        var found = Run(source, mustCompile: true);

        found.Should().ContainSingle();
        found[0].GetMessage(CultureInfo.GetCultureInfo("en")).Should().Be(english);
        if (chinese is not null)
        {
            found[0].GetMessage(CultureInfo.GetCultureInfo("zh")).Should().Be(chinese);
        }
    }
}
