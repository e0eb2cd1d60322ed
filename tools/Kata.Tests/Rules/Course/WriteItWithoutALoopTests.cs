using Kata.Rules.Course;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Course;

public class WriteItWithoutALoopTests : RuleTests<WriteItWithoutALoop>
{
    protected override string RuleEntries => "\"KATA014 Attention MultiHead\"";

    [Theory]
    [InlineData("""public static double Attention(double[] q) { var s = 0.0; [|for|] (var i = 0; i < q.Length; i++) { for (var j = 0; j < q.Length; j++) { s += q[i]; } } return s; }""")]
    [InlineData("""public static double Attention(double[] q) { var s = 0.0; [|foreach|] (var x in q) { s += x; } return s; }""")]
    [InlineData("""public static double Attention(double[] q) { double Sum() { var i = 0; [|while|] (i < q.Length) { i++; } return i; } return Sum(); }""")]
    [InlineData("""
        public static double Attention(double[] q, double[] k) => Dot(q, k);

        private static double Dot(double[] a, double[] b)
        {
            var sum = 0.0;
            [|for|] (var i = 0; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }
        """)]
    public void Points_at_the_loop(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double Einsum(double[] q) { var s = 0.0; foreach (var x in q) { s += x; } return s; }""")]
    [InlineData("""public static double Attention(double[] q) => q.Sum();""")]
    [InlineData("""
        public static double Attention(double[] q) => Einsum(q, q);

        public static double Einsum(double[] a, double[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }
        """)]
    [InlineData("""
        public static double[] Attention(double[] q) => Softmax(q);

        private static double[] Softmax(double[] x)
        {
            var max = x.Max();
            var result = new double[x.Length];
            var sum = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                result[i] = Math.Exp(x[i] - max);
                sum += result[i];
            }

            return result.Select(v => v / sum).ToArray();
        }
        """)]
    public void Is_silent_elsewhere_and_on_helpers_that_do_not_contract(string members) => ShouldBeSilent(members);
}
