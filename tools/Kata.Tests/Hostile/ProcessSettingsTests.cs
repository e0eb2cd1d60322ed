using Kata.Engine.Verdicts;
using Kata.Tests.Support;

namespace Kata.Tests.Hostile;

/// <summary>What an answer changes in its process is put back and said; the tests alone decide.</summary>
public class ProcessSettingsTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Theory]
    [InlineData("System.Globalization.CultureInfo.DefaultThreadCurrentCulture = new(\"de-DE\");", "changed the culture")]
    [InlineData("Environment.CurrentDirectory = System.IO.Path.GetTempPath();", "changed the current directory")]
    [InlineData("Console.SetOut(System.IO.TextWriter.Null);", "redirected the console")]
    [InlineData("Environment.SetEnvironmentVariable(\"HOME\", \"/nowhere\");", "changed the environment variable HOME")]
    public async Task A_changed_setting_is_said_and_does_not_last(string statement, string what)
    {
        var answer = clone.Reference.WithMember($"static WhyScaleScores() {{ {statement} }}");

        var verdict = await clone.CheckAsync(answer);

        verdict.Kind.Should().Be(VerdictKind.Pass, verdict.Message);
        verdict.Notices.Should().ContainSingle().Which.Should().Contain(what);

        var next = await clone.CheckAsync(clone.Reference);
        next.Kind.Should().Be(VerdictKind.Pass);
        next.Notices.Should().BeEmpty();
    }

    [Fact]
    public async Task What_an_answer_prints_is_shown_with_its_own_check_only()
    {
        var loud = await clone.CheckAsync(clone.Reference.WithMember("static WhyScaleScores() { Console.WriteLine(\"hello\"); Console.Error.WriteLine(\"oh\"); }"));
        var silent = await clone.CheckAsync(clone.Reference);

        loud.Kind.Should().Be(VerdictKind.Pass);
        loud.Output.Should().Be("hello\n\noh\n");
        silent.Output.Should().BeEmpty();
    }
}
