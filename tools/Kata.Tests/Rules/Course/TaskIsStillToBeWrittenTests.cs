using Kata.Rules.Course;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Course;

public class TaskIsStillToBeWrittenTests : RuleTests<TaskIsStillToBeWritten>
{
    [Theory]
    [InlineData("""public static double F(double x) => [|throw new NotImplementedException("Task 1: think.")|];""")]
    [InlineData("""public static double F(double x) { [|throw new NotImplementedException();|] }""")]
    [InlineData("""public static double F(double x) => x > 0 ? x : [|throw new NotImplementedException()|];""")]
    [InlineData("""public static double F { get => [|throw new NotImplementedException()|]; }""")]
    public void Points_at_what_still_throws(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static double F(double x) => x;""")]
    [InlineData("""public static double F(double x) => throw new NotSupportedException("on purpose");""")]
    [InlineData("""public static double F(double x) => x > 0 ? x : throw new ArgumentException("x must be positive.", nameof(x));""")]
    [InlineData("""public static Exception F() => new NotImplementedException();""")]
    public void Is_silent_on_a_written_task(string members) => ShouldBeSilent(members);
}
