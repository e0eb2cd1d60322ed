using Kata.Rules.Course;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Course;

public class DoNotLookUpTheAnswerTests : RuleTests<DoNotLookUpTheAnswer>
{
    [Theory]
    [InlineData("""public static string F() => [|System.IO.File.ReadAllText("x")|];""")]
    [InlineData("""public static string F() { using var reader = [|new System.IO.StreamReader("x")|]; return reader.ReadToEnd(); }""")]
    [InlineData("""public static string F() => [|"solutions/attention"|] + "/x.cs";""")]
    [InlineData("""public static object F() => [|System.Reflection.Assembly.GetExecutingAssembly()|];""")]
    [InlineData("""public static object? F() => [|Type.GetType("Kata055.Reference")|];""")]
    [InlineData("""public static string F([System.Runtime.CompilerServices.CallerMemberName] string [|caller|] = "") => caller;""")]
    [InlineData("""public static object F() => [|System.Diagnostics.Process.Start("dotnet")|];""")]
    public void Points_at_the_look_elsewhere(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static string F(System.IO.TextReader reader) => reader.ReadToEnd();""")]
    [InlineData("""public static string F(System.IO.Stream stream) => new System.IO.StreamReader(stream).ReadToEnd();""")]
    [InlineData("""public static string F(object value) => value.GetType().Name;""")]
    [InlineData("""public static string F(string solutions) => $"{solutions} found";""")]
    [InlineData("""public static string F() => "there are two solutions";""")]
    public void Is_silent_on_what_comes_in_as_an_argument(string members) => ShouldBeSilent(members);
}
