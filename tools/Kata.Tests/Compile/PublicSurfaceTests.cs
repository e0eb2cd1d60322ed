using Kata.Engine.Compile;
using Kata.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Kata.Tests.Compile;

/// <summary>What counts as a change of the public surface, and what does not.</summary>
public class PublicSurfaceTests
{
    private const string Original = "public class A { public string M(int n = 1) => \"\"; public int P { get; private set; } }";

    [Theory]
    [InlineData("public class A { public string M(int n = 1) => \"x\"; public int P { get; private set; } }")]
    [InlineData("#nullable enable\npublic class A { public string? M(int n = 1) => null; public int P { get; private set; } }")]
    [InlineData("public sealed class A { [System.Obsolete] public string M(int n = 1) => \"\"; public int P { get; } int hidden; }")]
    [InlineData("internal class B { public void M() { } } public class A { public A() { } public string M(int n = 1) => \"\"; public int P => 1; }")]
    public void What_no_caller_can_see_is_not_part_of_it(string code) =>
        Surface(code).Should().Equal(Surface(Original));

    [Theory]
    [InlineData("public class A { public string M(int m = 1) => \"\"; public int P { get; } }")]
    [InlineData("public class A { public string M(int n = 2) => \"\"; public int P { get; } }")]
    [InlineData("public class A { public string M(int n) => \"\"; public int P { get; } }")]
    [InlineData("public class A { public string M(long n = 1) => \"\"; public int P { get; } }")]
    [InlineData("public class A { public object M(int n = 1) => \"\"; public int P { get; } }")]
    [InlineData("public class A { public static string M(int n = 1) => \"\"; public int P { get; } }")]
    [InlineData("public class A { public string M(ref int n) => \"\"; public int P { get; } }")]
    [InlineData("public class A { string M(int n = 1) => \"\"; public int P { get; } }")]
    [InlineData("public class A { public string M(int n = 1) => \"\"; public int P { get; set; } }")]
    [InlineData("public struct A { public string M(int n = 1) => \"\"; public int P { get; } }")]
    [InlineData("public class A { private A() { } public string M(int n = 1) => \"\"; public int P { get; } }")]
    [InlineData("public class A : System.Exception { public string M(int n = 1) => \"\"; public int P { get; } }")]
    public void What_a_caller_can_see_is(string code) =>
        Surface(code).Should().NotEqual(Surface(Original));

    private static IReadOnlyList<string> Surface(string code)
    {
        var compilation = Compiled.Library("Answers", code);
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Should().BeEmpty();
        return PublicSurface.Of(compilation.Assembly);
    }
}
