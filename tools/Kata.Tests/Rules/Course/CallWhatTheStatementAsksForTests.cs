using Kata.Rules.Course;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Course;

public class CallWhatTheStatementAsksForTests : RuleTests<CallWhatTheStatementAsksFor>
{
    protected override string RuleEntries => "\"KATA015 Attention Einsum\"";

    [Theory]
    [InlineData("""public static double [|Attention|](double x) => x * x; public static double Einsum(double x) => x;""")]
    [InlineData("""public static double [|Attention|](double x) { return Helper(x); } private static double Helper(double x) => x; public static double Einsum(double x) => x;""")]
    [InlineData("""public static double [|Attention|](double x) { Func<double, double> f = v => v; return f(x); } public static double Einsum(double x) => x;""")]
    public void Points_at_the_method(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double Attention(double x) => Einsum(x); public static double Einsum(double x) => x;""")]
    [InlineData("""public static double Attention(double x) => Helper(x); private static double Helper(double x) => Einsum(x); public static double Einsum(double x) => x;""")]
    [InlineData("""public static double[] Attention(double[] x) => x.Select(Einsum).ToArray(); public static double Einsum(double x) => x;""")]
    [InlineData("""public static double Attention(double x) => throw new NotImplementedException(); public static double Einsum(double x) => x;""")]
    [InlineData("""public static double Other(double x) => x;""")]
    public void Is_silent_when_it_is_called_by_any_way(string members) => ShouldBeSilent(members);
}
