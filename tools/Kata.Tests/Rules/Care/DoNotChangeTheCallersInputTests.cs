using Kata.Rules.Care;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Care;

public class DoNotChangeTheCallersInputTests : RuleTests<DoNotChangeTheCallersInput>
{
    [Theory]
    [InlineData("""public static Matrix<double> F(Matrix<double> scores) { [|scores[0, 0] = 1|]; return scores; }""")]
    [InlineData("""
        public static double[] F(double[] x)
        {
            for (var i = 0; i < x.Length; i++)
            {
                [|x[i] *= 2|];
            }

            return x;
        }
        """)]
    [InlineData("""public static double[] F(double[] x) { [|Array.Sort(x)|]; return x; }""")]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> scores)
        {
            var masked = scores;
            [|masked.SetRow(0, new double[scores.ColumnCount])|];
            return masked;
        }
        """)]
    [InlineData("""public static Matrix<double> F(Matrix<double> a) { [|a.MapInplace(v => v * v)|]; return a; }""")]
    [InlineData("""public static Matrix<double> F(Matrix<double> a, double s) { [|a.Multiply(s, a)|]; return a; }""")]
    [InlineData("""
        public static double F(double[][] rows)
        {
            foreach (var row in rows)
            {
                [|row[0]++|];
            }

            return rows[0][0];
        }
        """)]
    [InlineData("""
        public static double[] F(double[] logits) { [|Shift(logits)|]; return logits; }

        private static void Shift(double[] x)
        {
            for (var i = 0; i < x.Length; i++)
            {
                x[i] -= 1;
            }
        }
        """)]
    [InlineData("""public static int F(List<int> tokens) { [|tokens.RemoveAt(0)|]; return tokens.Count; }""")]
    public void Points_at_the_change(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static Matrix<double> F(Matrix<double> scores) { var copy = scores.Clone(); copy[0, 0] = 1; return copy; }""")]
    [InlineData("""public static double[] F(double[] x) { var copy = (double[])x.Clone(); Array.Sort(copy); return copy; }""")]
    [InlineData("""public static double[] F(double[] x) { x = x.ToArray(); x[0] = 1; return x; }""")]
    [InlineData("""public static void F(double[] x) { x[0] = 1; }""")]
    [InlineData("""public static Matrix<double> F(Matrix<double> a, Matrix<double> b) => a.Add(b);""")]
    [InlineData("""
        public static double[] F(double[] logits) { var copy = logits.ToArray(); Shift(copy); return copy; }

        private static void Shift(double[] x) => x[0] -= 1;
        """)]
    [InlineData("""public static int F(Span<double> x) { x[0] = 1; return 1; }""")]
    [InlineData("""
        public static double[][] F(double[][] rows)
        {
            var result = new double[rows.Length][];
            for (var i = 0; i < rows.Length; i++)
            {
                result[i] = rows[i].Reverse().ToArray();
                result[i][0] = 1;
            }

            return result;
        }
        """)]
    public void Is_silent_on_copies_and_on_methods_that_return_nothing(string members) => ShouldBeSilent(members);
}
