using Kata.Rules.Care;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Care;

public class DoNotSwallowExceptionsTests : RuleTests<DoNotSwallowExceptions>
{
    [Theory]
    [InlineData("""public static double F(double x) { try { return 1 / x; } [|catch|] (Exception) { return 0; } }""")]
    [InlineData("""public static double F(double x) { try { return 1 / x; } [|catch|] { return 0; } }""")]
    [InlineData("""public static double F(string x) { var y = 0.0; try { y = double.Parse(x); } [|catch|] (FormatException) { } return y; }""")]
    [InlineData("""public static double F(double x) { try { return G(x); } [|catch|] (NotImplementedException) { return 0; } } private static double G(double x) => x;""")]
    public void Points_at_a_catch_that_hides_the_cause(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double F(string x) { try { return double.Parse(x); } catch (FormatException) { return double.NaN; } }""")]
    [InlineData("""public static double F(double x) { try { return 1 / x; } catch (Exception cause) { throw new InvalidOperationException("x", cause); } }""")]
    [InlineData("""public static double F(double x) { try { return 1 / x; } catch (Exception cause) when (cause is OverflowException) { return 0; } }""")]
    [InlineData("""public static string F(double x) { try { return $"{1 / x}"; } catch (Exception cause) { return cause.Message; } }""")]
    [InlineData("""public static double F(double x) { try { return 1 / x; } finally { Console.Write(""); } }""")]
    public void Is_silent_on_a_catch_that_deals_with_it(string members) => ShouldBeSilent(members);
}
