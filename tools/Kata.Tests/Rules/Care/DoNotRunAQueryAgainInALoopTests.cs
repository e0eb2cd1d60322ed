using Kata.Rules.Care;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Care;

public class DoNotRunAQueryAgainInALoopTests : RuleTests<DoNotRunAQueryAgainInALoop>
{
    [Theory]
    [InlineData("""
        public static double[] F(double[] x)
        {
            var e = x.Select(Math.Exp);
            return e.Select(v => v / [|e.Sum()|]).ToArray();
        }
        """)]
    [InlineData("""
        public static double F(double[] x, int n)
        {
            var large = x.Where(v => v > 1);
            var total = 0.0;
            for (var i = 0; i < n; i++)
            {
                total += [|large.ElementAt(i)|];
            }

            return total;
        }
        """)]
    [InlineData("""
        public static int F(string[] words, string[] stops)
        {
            var sorted = words.OrderBy(word => word.Length);
            var count = 0;
            foreach (var stop in stops)
            {
                foreach (var word in [|sorted|])
                {
                    count += word == stop ? 1 : 0;
                }
            }

            return count;
        }
        """)]
    [InlineData("""public static double F(double[] x) { var s = x.Select(v => v * v); var t = 0.0; while (t < 10) { t += 1 + [|s.Count()|]; } return t; }""")]
    public void Points_at_the_run_in_the_loop(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""
        public static double[] F(double[] x)
        {
            var e = x.Select(Math.Exp).ToArray();
            var sum = e.Sum();
            return e.Select(v => v / sum).ToArray();
        }
        """)]
    [InlineData("""public static double F(double[] x) { var e = x.Select(Math.Exp); return e.Sum(); }""")]
    [InlineData("""
        public static List<int> F(int[] items)
        {
            var done = new HashSet<int>();
            var open = items.Where(item => !done.Contains(item));
            var order = new List<int>();
            while (open.Any())
            {
                var next = open.Max();
                done.Add(next);
                order.Add(next);
            }

            return order;
        }
        """)]
    [InlineData("""
        public static int F(int[] items, int n)
        {
            var positive = items.Where(item => item > 0);
            var found = 0;
            for (var i = 0; i < n; i++)
            {
                found += positive.Any() ? 1 : 0;
            }

            return found;
        }
        """)]
    [InlineData("""
        public static double F(double[][] rows)
        {
            var total = 0.0;
            foreach (var row in rows)
            {
                var squares = row.Select(v => v * v);
                total += squares.Sum();
            }

            return total;
        }
        """)]
    [InlineData("""public static double F(double[] x) { var e = x.Select(Math.Exp); var t = 0.0; foreach (var v in e) { t += v; } return t; }""")]
    public void Is_silent_when_it_runs_once_or_must_run_again(string members) => ShouldBeSilent(members);
}
