using System.Security.Cryptography;
using System.Text;
using Kata.Tests.Support;
using Kata.Tests.Watch;

namespace Kata.Tests.Hostile;

/// <summary>Two processes of the tool on one clone, as two terminals or a terminal and an editor start them.</summary>
public class TwoToolsTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Fact]
    public async Task Both_that_watch_answer_every_newest_content()
    {
        var stub = clone.Stub;
        using var first = new WatchProcess(clone);
        using var second = new WatchProcess(clone);
        await Task.WhenAll(first.NextVerdictAsync(), second.NextVerdictAsync());
        for (var save = 0; save < 4; save++)
        {
            var (text, expected) = save % 2 == 0 ? ($"{clone.Reference}// {save}", "pass") : ($"{stub}// {save}", "notStarted");
            await File.WriteAllTextAsync(clone.Kata.AnswerFile, text);

            var verdicts = await Task.WhenAll(VerdictOnAsync(first, text), VerdictOnAsync(second, text));

            verdicts.Should().Equal(expected, expected);
        }
    }

    [Fact]
    public async Task Checks_at_the_same_moment_all_answer_and_leave_one_kept_verdict()
    {
        await File.WriteAllTextAsync(clone.Kata.AnswerFile, clone.Reference);
        var tool = new RealTool(clone.Repository);

        var checks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tool.CheckAsync()));

        checks.Should().OnlyContain(check => check.Verdict["verdict"]!.GetValue<string>() == "pass" && check.Errors == "");
        Directory.GetFiles(clone.Repository.State, "*.tmp", SearchOption.AllDirectories).Should().BeEmpty();
    }

    private static async Task<string> VerdictOnAsync(WatchProcess watch, string text)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var line = await watch.NextVerdictAsync();
        while (line["answer"]!.GetValue<string>() != hash)
        {
            line = await watch.NextVerdictAsync();
        }

        return line["verdict"]!.GetValue<string>();
    }
}
