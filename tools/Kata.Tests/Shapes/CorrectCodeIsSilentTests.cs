using Kata.Rules.Shapes;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Shapes;

/// <summary>Correct answers in as many styles as people have; each a whole task, not a line.</summary>
public class CorrectCodeIsSilentTests : RuleTests<MatrixShapesMustFit>
{
    private const string Attend = """
        [return: Shape("n", "dV")]
        public static Matrix<double> Attend(
            [Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys, [Shape("m", "dV")] Matrix<double> values)
        """;

    [Theory]
    // Vectorised.
    [InlineData("""{ var scores = queries * keys.Transpose() / Math.Sqrt(queries.ColumnCount); return Softmax(scores) * values; } static Matrix<double> Softmax(Matrix<double> m) { var e = (m - m.Enumerate().Max()).PointwiseExp(); return Matrix<double>.Build.DenseOfDiagonalVector(1 / e.RowSums()) * e; }""")]
    [InlineData("""{ var e = queries.TransposeAndMultiply(keys).PointwiseExp(); var ones = Vector<double>.Build.Dense(keys.RowCount, 1); var totals = e * ones; return e.MapIndexed((i, j, x) => x / totals[i]) * values; }""")]
    [InlineData("""{ var e = queries.TransposeAndMultiply(keys).PointwiseExp(); return e.PointwiseDivide(e.RowSums().OuterProduct(Vector<double>.Build.Dense(values.RowCount, 1))) * values; }""")]
    [InlineData("""{ var weights = keys.TransposeAndMultiply(queries).NormalizeColumns(1); return weights.TransposeThisAndMultiply(values); }""")]
    // Row by row.
    [InlineData("""=> Matrix<double>.Build.DenseOfRowVectors(queries.EnumerateRows().Select(query => Softmax(keys * query) * values)); static Vector<double> Softmax(Vector<double> x) { var e = (x - x.Maximum()).PointwiseExp(); return e / e.Sum(); }""")]
    [InlineData("""=> Matrix<double>.Build.DenseOfRowVectors([.. from query in queries.EnumerateRows() let weights = keys * query select weights.Normalize(1) * values]);""")]
    [InlineData("""{ var rows = new List<Vector<double>>(); foreach (var query in queries.EnumerateRows()) { var weights = Vector<double>.Build.DenseOfEnumerable(keys.EnumerateRows().Select(key => Math.Exp(key.DotProduct(query)))); rows.Add(weights * values / weights.Sum()); } return Matrix<double>.Build.DenseOfRowVectors(rows); }""")]
    [InlineData("""{ var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount); for (var i = 0; i < queries.RowCount; i++) { var weights = keys * queries.Row(i); output.SetRow(i, values.LeftMultiply(weights)); } return output; }""")]
    [InlineData("""{ var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount); var sum = Vector<double>.Build.Dense(values.ColumnCount); for (var i = 0; i < queries.RowCount; i++) { sum.Clear(); for (var j = 0; j < keys.RowCount; j++) { sum += Math.Exp(queries.Row(i) * keys.Row(j)) * values.Row(j); } output.SetRow(i, sum); } return output; }""")]
    [InlineData("""{ var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount); for (int i = 0, n = queries.RowCount; i < n; ++i) for (var c = 0; c < values.ColumnCount; ++c) { double s = 0; for (var j = 0; j < values.RowCount; ++j) { s += queries[i, 0] * keys[j, 0] * values[j, c]; } output[i, c] = s; } return output; }""")]
    [InlineData("""{ var output = Matrix<double>.Build.SameAs(queries, queries.RowCount, values.ColumnCount, true); System.Threading.Tasks.Parallel.For(0, queries.RowCount, i => { var w = keys * queries.Row(i); output.SetRow(i, w * values); }); return output; }""")]
    // In place.
    [InlineData("""{ var scores = Matrix<double>.Build.Dense(queries.RowCount, keys.RowCount); queries.TransposeAndMultiply(keys, scores); scores.Divide(2, scores); scores.PointwiseExp(scores); for (var i = 0; i < scores.RowCount; i++) { scores.SetRow(i, scores.Row(i).Normalize(1)); } var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount); scores.Multiply(values, output); return output; }""")]
    [InlineData("""{ var scores = queries * keys.Transpose(); scores.MapInplace(Math.Exp); foreach (var (i, row) in scores.EnumerateRowsIndexed()) { scores.SetRow(i, (row / row.Sum()).ToArray()); } return scores * values; }""")]
    // Arrays.
    [InlineData("""{ double[,] w = (queries * keys.Transpose()).ToArray(); var copy = new double[w.GetLength(0), w.GetLength(1)]; Array.Copy(w, copy, w.Length); return Matrix<double>.Build.DenseOfArray(copy) * values; }""")]
    [InlineData("""{ var rows = queries.ToRowArrays().Select(q => keys.ToRowArrays().Select(k => q.Zip(k, (a, b) => a * b).Sum()).ToArray()).ToArray(); return Matrix<double>.Build.DenseOfRowArrays(rows) * values; }""")]
    [InlineData("""{ var rows = new Vector<double>[queries.RowCount]; for (var i = 0; i < rows.Length; i++) { rows[i] = keys * queries.Row(i); } return Matrix<double>.Build.DenseOfRowVectors(rows) * values; }""")]
    [InlineData("""{ var columns = Enumerable.Range(0, values.ColumnCount).Select(c => queries * (keys.Transpose() * values.Column(c))).ToArray(); return Matrix<double>.Build.DenseOfColumnVectors(columns); }""")]
    // Guards, helpers, branches.
    [InlineData("""{ if (queries.ColumnCount != keys.ColumnCount || keys.RowCount != values.RowCount) { throw new ArgumentException("sizes"); } var (n, m) = (queries.RowCount, keys.RowCount); var mask = Matrix<double>.Build.Dense(n, m, (i, j) => j <= i ? 1 : 0); return queries.TransposeAndMultiply(keys).PointwiseMultiply(mask) * values; }""")]
    [InlineData("""{ ArgumentOutOfRangeException.ThrowIfNotEqual(queries.RowCount, keys.RowCount); return (queries + keys) * keys.Transpose() * values; }""")]
    [InlineData("""{ RequireSquare(queries.RowCount, keys.RowCount); return queries.PointwiseMultiply(keys) * queries.Transpose() * values; } static void RequireSquare(int n, int m) { if (n != m) { throw new ArgumentException("square"); } }""")]
    [InlineData("""{ if (queries.RowCount == keys.RowCount) { return (queries + keys) * queries.Transpose() * values; } else { return queries * keys.Transpose() * values; } }""")]
    [InlineData("""{ var same = queries.RowCount == keys.RowCount; var left = same ? queries + keys : queries; return left * keys.Transpose() * values; }""")]
    [InlineData("""{ if (!SameShape(queries, keys)) { throw new ArgumentException("shape"); } return (queries - keys) * keys.Transpose() * values; } static bool SameShape(Matrix<double> a, Matrix<double> b) => (a.RowCount, a.ColumnCount) == (b.RowCount, b.ColumnCount);""")]
    [InlineData("""{ if ((queries.RowCount, queries.ColumnCount) != (keys.RowCount, keys.ColumnCount)) { throw new ArgumentException("shape"); } return (queries - keys) * keys.Transpose() * values; }""")]
    [InlineData("""{ var x = keys; if (queries.RowCount > 10) { x = keys.Transpose(); } return x.RowCount == keys.RowCount ? queries * x.Transpose() * values : queries * x * values; }""")]
    [InlineData("""{ Matrix<double>? cache = null; for (var step = 0; step < 3; step++) { cache = cache is null ? keys : cache.Stack(keys); } return queries * cache!.Transpose() * cache * keys.Transpose() * values; }""")]
    [InlineData("""{ if (queries.RowCount == 0 || keys.RowCount == 0) { return Matrix<double>.Build.Dense(0, 0); } if (keys.RowCount == 1) { return Matrix<double>.Build.Dense(queries.RowCount, 1, 1) * values; } return queries * keys.Transpose() * values; }""")]
    [InlineData("""{ try { return queries * keys.Transpose() * values; } catch (ArgumentException) { Console.WriteLine("sizes"); throw; } }""")]
    [InlineData("""{ using var log = new System.IO.StringWriter(); Matrix<double> w = queries; w = w * keys.Transpose(); w = w.Map(Math.Exp); log.Write(w); return w * values; }""")]
    [InlineData("""{ switch (queries.RowCount) { case 1: return (keys * queries.Row(0) * values).ToRowMatrix(); default: return queries * keys.Transpose() * values; } }""")]
    [InlineData("""=> values.ColumnCount switch { 0 => Matrix<double>.Build.Dense(queries.RowCount, 0), _ => queries * keys.Transpose() * values };""")]
    [InlineData("""{ Func<Matrix<double>, Matrix<double>, Matrix<double>> product = (a, b) => a * b; Func<Matrix<double>, Matrix<double>> flip = m => m.Transpose(); return product(product(queries, flip(keys)), values); }""")]
    [InlineData("""{ return Chain(queries, keys.Transpose(), values); static Matrix<double> Chain(params Matrix<double>[] factors) => factors.Aggregate((a, b) => a * b); }""")]
    [InlineData("""{ var both = false; if (queries.RowCount == keys.RowCount) { both = true; } return both ? (queries + keys) * keys.Transpose() * values : queries * keys.Transpose() * values; }""")]
    [InlineData("""{ if (!queries.RowCount.Equals(keys.RowCount)) { throw new ArgumentException("sizes"); } return (queries + keys) * keys.Transpose() * values; }""")]
    [InlineData("""{ var x = keys; try { x = keys.Transpose(); Console.WriteLine(x); } catch (System.IO.IOException) { return queries * x * values; } return queries * x * values; }""")]
    // Blocks and online softmax.
    [InlineData("""{ const int block = 2; var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount); for (var start = 0; start < keys.RowCount; start += block) { var size = Math.Min(block, keys.RowCount - start); var k = keys.SubMatrix(start, size, 0, keys.ColumnCount); var v = values.SubMatrix(start, size, 0, values.ColumnCount); output += queries * k.Transpose() * v; } return output; }""")]
    [InlineData("""{ var maximum = Vector<double>.Build.Dense(queries.RowCount, double.NegativeInfinity); var output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount); for (var j = 0; j < keys.RowCount; j++) { var score = queries * keys.Row(j); var next = maximum.PointwiseMaximum(score); var decay = (maximum - next).PointwiseExp(); output = Matrix<double>.Build.DenseOfDiagonalVector(decay) * output + (score - next).PointwiseExp().OuterProduct(values.Row(j)); maximum = next; } return output; }""")]
    public void Attention_in_many_styles(string body) => ShouldBeSilent(Attend + body);

    [Theory]
    // Heads.
    [InlineData("""[return: Shape("n", "dModel")] public static Matrix<double> F([Shape("n", "dModel")] Matrix<double> x, [Shape("dModel", "dModel")] Matrix<double> w, int heads) { var size = x.ColumnCount / heads; Matrix<double>? joined = null; for (var h = 0; h < heads; h++) { var q = (x * w).SubMatrix(0, x.RowCount, h * size, size); var head = q * q.Transpose() * q; joined = joined is null ? head : joined.Append(head); } return joined! * w; }""")]
    [InlineData("""[return: Shape("n", "dModel")] public static Matrix<double> F([Shape("n", "dModel")] Matrix<double> x, [Shape("dModel", "dModel")] Matrix<double> w, int heads) { var size = x.ColumnCount / heads; var parts = Enumerable.Range(0, heads).Select(h => x.SubMatrix(0, x.RowCount, h * size, size)); return parts.Aggregate((a, b) => a.Append(b)) * w; }""")]
    [InlineData("""[return: Shape("n", "dModel")] public static Matrix<double> F([Shape("n", "dModel")] Matrix<double> x, [Shape("dModel", "dModel")] Matrix<double> w, int heads) { var size = x.ColumnCount / heads; var joined = Matrix<double>.Build.Dense(x.RowCount, heads * size); for (var h = 0; h < heads; h++) { joined.SetSubMatrix(0, h * size, x.SubMatrix(0, x.RowCount, h * size, size)); } return joined * w; }""")]
    // Sizes that the method decides for itself, or that its parameters give it.
    [InlineData("""[return: Shape("k", "d")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> x, int k) => x.SubMatrix(0, k, 0, x.ColumnCount);""")]
    [InlineData("""[return: Shape("kept", "d")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> x) => Matrix<double>.Build.DenseOfRowVectors(x.EnumerateRows().Where(row => row.Sum() > 0));""")]
    [InlineData("""[return: Shape("kept", "d")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> x) => x.RowCount > 1 ? x.RemoveRow(0) : x;""")]
    [InlineData("""[return: Shape("kept", "d")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> x) => x.Clone();""")]
    [InlineData("""[return: Shape("past + n", "d")] public static Matrix<double> F([Shape("past", "d")] Matrix<double> cache, [Shape("n", "d")] Matrix<double> x) => cache.Stack(x);""")]
    [InlineData("""[return: Shape("n", "2*d")] public static Matrix<double> F([Shape("n", "d")] Matrix<double> x) => x.Append(x);""")]
    [InlineData("""[return: Shape("n", "n")] public static Matrix<double> F([Shape("n")] Vector<double> p) => Matrix<double>.Build.DenseOfDiagonalVector(p) - p.ToColumnMatrix() * p.ToRowMatrix();""")]
    [InlineData("""[return: Shape("n", "n")] public static double[,] F([Shape("n")] double[] p) { var j = new double[p.Length, p.Length]; for (var i = 0; i < p.Length; i++) { j[i, i] = p[i]; } return j; }""")]
    [InlineData("""[return: Shape("n")] public static double[] F([Shape("n")] IReadOnlyList<double> p) { var e = p.Select(Math.Exp).ToList(); var sum = e.Sum(); return [.. e.Select(x => x / sum)]; }""")]
    [InlineData("""[return: Shape("n", "k")] public static double[][] F([Shape("n", "k")] double[][] rows) => rows.Select(row => { var max = row.Max(); return row.Select(x => x - max).ToArray(); }).ToArray();""")]
    // Captured and reassigned.
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var x = b; Action flip = () => x = x.Transpose(); flip(); return a * x; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var x = b; Func<Matrix<double>> product = () => a * x; x = b.Transpose(); return product(); }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) { var x = a; var columns = a.EnumerateColumns().Select(column => x * column); x = a.Transpose(); return Matrix<double>.Build.DenseOfColumnVectors(columns); }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var x = b; Flip(ref x); return a * x; } private static void Flip(ref Matrix<double> m) => m = m.Transpose();""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { Flip(b, out var x); return a * x; } private static void Flip(Matrix<double> m, out Matrix<double> flipped) => flipped = m.Transpose();""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var pair = new[] { a, b }; pair[1] = b.Transpose(); return pair[0] * pair[1]; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var pair = (First: a, Second: b); pair.Second = b.Transpose(); return pair.First * pair.Second; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var nested = (First: a, Others: (a, a)); nested.Others = (b, b); return nested.First + a; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var x = b; try { x = b.Transpose(); } finally { x = b.Transpose(); } return a * x; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, [Shape("m", "d")] Matrix<double> b) { var x = a; while (x.RowCount < 100) { x = x.Stack(b); } return x + x; }""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, int steps) => steps == 0 ? a : F(a * a.Transpose() * a, steps - 1);""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, int steps) { return G(a, steps); static Matrix<double> G(Matrix<double> m, int k) => k == 0 ? m : G(m.Transpose(), k - 1); }""")]
    // Iterators and expression trees of helpers.
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a) { return a * Matrix<double>.Build.DenseOfColumnVectors(Rows(a)); } private static IEnumerable<Vector<double>> Rows(Matrix<double> m) { for (var i = 0; i < m.RowCount; i++) { yield return m.Row(i); } }""")]
    // Undeclared: nothing is known.
    [InlineData("""public static Matrix<double> F(Matrix<double> a, Matrix<double> b) => a * b + b * a;""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d")] Matrix<double> a, Matrix<double> b) => a * b;""")]
    [InlineData("""public static Matrix<double> F([Shape("n", "d", "too many")] Matrix<double> a) => a * a;""")]
    public void Other_tasks_in_many_styles(string members) => ShouldBeSilent(members);

    [Theory]
    [InlineData("""[return: Shape("b", "h", "n", "m")] public static Tensor<double> F([Shape("b", "h", "n", "d")] Tensor<double> q, [Shape("b", "h", "m", "d")] Tensor<double> k) { var result = Tensor.CreateFromShape<double>([q.Lengths[0], q.Lengths[1], q.Lengths[2], k.Lengths[2]]); for (nint b = 0; b < q.Lengths[0]; b++) { result[b, 0, 0, 0] = q[b, 0, 0, 0] * k[b, 0, 0, 0]; } return result; }""")]
    [InlineData("""[return: Shape("b", "n", "h", "d")] public static Tensor<double> F([Shape("b", "h", "n", "d")] Tensor<double> x) => Tensor.PermuteDimensions(x, [0, 2, 1, 3]);""")]
    [InlineData("""[return: Shape("b", "n", "h*d")] public static Tensor<double> F([Shape("b", "n", "h", "d")] Tensor<double> x) => Tensor.Reshape(x, [x.Lengths[0], x.Lengths[1], x.Lengths[2] * x.Lengths[3]]);""")]
    [InlineData("""[return: Shape("b", "n", "h*d")] public static Tensor<double> F([Shape("b", "n", "h", "d")] Tensor<double> x) => Tensor.Reshape(x, [x.Lengths[0], x.Lengths[1], -1]);""")]
    [InlineData("""[return: Shape("b", "n", "d")] public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> x, [Shape("d")] Tensor<double> bias) => x * 2.0 + bias - Tensor.Exp<double>(x);""")]
    [InlineData("""[return: Shape("b", "n", "d")] public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> x, [Shape("b", "1", "d")] Tensor<double> scale) => Tensor.Multiply<double>(x, scale);""")]
    [InlineData("""[return: Shape("b", "n", "d")] public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> x) { var lengths = x.Lengths.ToArray(); return Tensor.Create(new double[x.FlattenedLength], lengths); }""")]
    [InlineData("""[return: Shape("n", "b", "d")] public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> x) { nint[] lengths = [x.Lengths[0], x.Lengths[1], x.Lengths[2]]; (lengths[0], lengths[1]) = (lengths[1], lengths[0]); return Tensor.CreateFromShape<double>(lengths); }""")]
    [InlineData("""[return: Shape("b", "d", "n")] public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> x) => Tensor.Transpose(x);""")]
    [InlineData("""[return: Shape("n", "d")] public static Tensor<double> F([Shape("b", "n", "d")] Tensor<double> x) => Tensor.SqueezeDimension(x[0..1, .., ..], 0);""")]
    [InlineData("""[return: Shape("n", "d")] public static Matrix<double> F([Shape("b", "n", "d")] Tensor<double> x) => Matrix<double>.Build.Dense((int)x.Lengths[1], (int)x.Lengths[2], (i, j) => x[0, i, j]);""")]
    public void Tensors_in_many_styles(string members) => ShouldBeSilent(members);
}
