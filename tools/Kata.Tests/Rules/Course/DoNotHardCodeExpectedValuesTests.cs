using Kata.Rules.Course;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Course;

public class DoNotHardCodeExpectedValuesTests : RuleTests<DoNotHardCodeExpectedValues>
{
    protected override string Statement => "GELU uses 0.044715.";

    protected override string Tests => "F(x).ShouldBeNear(0.57721, 6.5, 0.044715, 0.12345, 0.67891);";

    [Theory]
    [InlineData("""public static double F(double[] x) => x.Length > 3 ? [|0.57721|] : x[0];""")]
    [InlineData("""public static double[] F(int n) => new[] { [|0.12345|], [|0.67891|] };""")]
    [InlineData("""public static double F(Matrix<double> q) { if (q[0, 0] == 1.5) { return [|6.5|]; } return 0; }""")]
    [InlineData("""public static double F(int n) => n switch { 4 => [|6.5|], _ => 0 };""")]
    [InlineData("""public static double F(int n) { var result = -[|0.12345|]; return result; }""")]
    public void Points_at_the_value(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double F(double x) => 0.57721 * x;""")]
    [InlineData("""public static double F(double x) => 0.044715;""")]
    [InlineData("""public static double F(double x) => 6.5;""")]
    [InlineData("""public static double F(int n) => n == 0 ? 6.5 : n;""")]
    [InlineData("""public static double F(double x) => 0.98765;""")]
    [InlineData("""public static double F(double x) { const double coefficient = 0.57721; return coefficient * x; }""")]
    public void Is_silent_on_values_that_are_calculated_with_or_given(string members) => ShouldBeSilent(members);
}
