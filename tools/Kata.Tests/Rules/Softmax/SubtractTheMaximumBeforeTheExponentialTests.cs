using Kata.Rules.Softmax;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Softmax;

public class SubtractTheMaximumBeforeTheExponentialTests : RuleTests<SubtractTheMaximumBeforeTheExponential>
{
    [Theory]
    [InlineData("""
        public static Vector<double> F(Vector<double> x)
        {
            var e = [|x.PointwiseExp()|];
            return e / e.Sum();
        }
        """)]
    [InlineData("""
        public static double[] F(double[] logits)
        {
            var powers = logits.Select([|Math.Exp|]).ToArray();
            var total = powers.Sum();
            return powers.Select(power => power / total).ToArray();
        }
        """)]
    [InlineData("""
        public static double[] F(double[] logits)
        {
            var result = new double[logits.Length];
            var sum = 0.0;
            for (var i = 0; i < logits.Length; i++)
            {
                result[i] = [|Math.Exp(logits[i])|];
                sum += result[i];
            }

            for (var i = 0; i < logits.Length; i++)
            {
                result[i] /= sum;
            }

            return result;
        }
        """)]
    [InlineData("""
        public static Matrix<double> F(Matrix<double> q, Matrix<double> k) => Rows(q.TransposeAndMultiply(k) / Math.Sqrt(q.ColumnCount));

        private static Matrix<double> Rows(Matrix<double> scores) =>
            Matrix<double>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(Normal));

        private static Vector<double> Normal(Vector<double> row) => [|row.PointwiseExp()|].Normalize(1);
        """)]
    [InlineData("""public static double F(double[] scores) => Math.Log(scores.Sum(s => [|Math.Exp(s)|]));""")]
    [InlineData("""
        public static double F(double[,] emissions, double[,] transitions)
        {
            var labels = emissions.GetLength(1);
            var alpha = new double[labels];
            for (var j = 0; j < labels; j++)
            {
                alpha[j] = emissions[0, j];
            }

            for (var t = 1; t < emissions.GetLength(0); t++)
            {
                var next = new double[labels];
                for (var j = 0; j < labels; j++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < labels; i++)
                    {
                        sum += [|Math.Exp(alpha[i] + transitions[i, j])|];
                    }

                    next[j] = Math.Log(sum) + emissions[t, j];
                }

                alpha = next;
            }

            return Math.Log(alpha.Sum(a => [|Math.Exp(a)|]));
        }
        """)]
    public void Points_at_exponentials_that_can_overflow(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""
        public static Vector<double> F(Vector<double> x)
        {
            var e = (x - x.Maximum()).PointwiseExp();
            return e / e.Sum();
        }
        """)]
    [InlineData("""
        public static double F(double[] scores)
        {
            var max = scores.Max();
            return max + Math.Log(scores.Sum(s => Math.Exp(s - max)));
        }
        """)]
    [InlineData("""
        public static double[] F(double[] logits)
        {
            var shifted = (double[])logits.Clone();
            var max = double.NegativeInfinity;
            foreach (var logit in logits)
            {
                max = Math.Max(max, logit);
            }

            var sum = 0.0;
            for (var i = 0; i < shifted.Length; i++)
            {
                shifted[i] -= max;
                shifted[i] = Math.Exp(shifted[i]);
                sum += shifted[i];
            }

            for (var i = 0; i < shifted.Length; i++)
            {
                shifted[i] /= sum;
            }

            return shifted;
        }
        """)]
    [InlineData("""public static double F(double x) => 1 / (1 + Math.Exp(-x));""")]
    [InlineData("""
        public static double[] F(double[] distances)
        {
            var weights = distances.Select(d => Math.Exp(-d * d / 2)).ToArray();
            return weights.Select(w => w / weights.Sum()).ToArray();
        }
        """)]
    [InlineData("""
        public static double[] F(double[] counts, double alpha)
        {
            var powers = counts.Select(c => Math.Exp(alpha * Math.Log(c))).ToArray();
            var total = powers.Sum();
            return powers.Select(p => p / total).ToArray();
        }
        """)]
    [InlineData("""
        public static Vector<double> F(Vector<double> x) => Normal(Shift(x));

        private static Vector<double> Shift(Vector<double> x) => x - x.Maximum();

        private static Vector<double> Normal(Vector<double> x)
        {
            var e = x.PointwiseExp();
            return e / e.Sum();
        }
        """)]
    [InlineData("""
        public static double F(double[,] emissions, double[,] transitions)
        {
            var labels = emissions.GetLength(1);
            var alpha = Enumerable.Range(0, labels).Select(j => emissions[0, j]).ToArray();
            for (var t = 1; t < emissions.GetLength(0); t++)
            {
                alpha = Enumerable.Range(0, labels)
                    .Select(j => emissions[t, j] + Total(Enumerable.Range(0, labels).Select(i => alpha[i] + transitions[i, j]).ToArray()))
                    .ToArray();
            }

            return Total(alpha);
        }

        private static double Total(double[] x)
        {
            var max = x.Max();
            return double.IsNegativeInfinity(max) ? max : max + Math.Log(x.Sum(v => Math.Exp(v - max)));
        }
        """)]
    public void Is_silent_when_exponents_are_bounded(string members) => ShouldBeSilent(members);
}
