using Kata.Tests.Support;

namespace Kata.Tests.Hostile;

/// <summary>A disk that fills up while the tool writes what it keeps costs a notice, never a verdict, and leaves nothing broken.</summary>
public class FullDiskTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    public async Task What_cannot_be_kept_is_said_and_checked_again_later(int kilobytes)
    {
        await File.WriteAllTextAsync(clone.Kata.AnswerFile, clone.Reference);
        if (Directory.Exists(clone.Repository.State))
        {
            Directory.Delete(clone.Repository.State, recursive: true);
        }

        var tool = new RealTool(clone.Repository);

        var (full, errors) = await tool.CheckOnFullDiskAsync(kilobytes);
        full["verdict"]!.GetValue<string>().Should().Be("pass");
        if (kilobytes <= 1)
        {
            errors.Should().Contain("could not be written", "a verdict is longer than that").And.NotContain("   at ", "that is no stack trace");
        }

        Unfinished().Should().BeEmpty();

        var (roomy, quiet) = await tool.CheckAsync();
        roomy["verdict"]!.GetValue<string>().Should().Be("pass");
        quiet.Should().BeEmpty();
        Directory.GetFiles(Path.Combine(clone.Repository.State, "verdicts", "055")).Should().ContainSingle();
        Unfinished().Should().BeEmpty();
    }

    private string[] Unfinished() => Directory.Exists(clone.Repository.State)
        ? Directory.GetFiles(clone.Repository.State, "*.tmp", SearchOption.AllDirectories)
        : [];
}
