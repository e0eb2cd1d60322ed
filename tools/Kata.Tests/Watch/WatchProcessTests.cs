using System.Security.Cryptography;
using System.Text;
using Kata.Tests.Support;

namespace Kata.Tests.Watch;

/// <summary>From a save to a verdict with everything real: process, files, compiler, xunit.</summary>
public class WatchProcessTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Fact]
    public async Task A_save_is_answered_and_the_end_of_the_input_is_the_end()
    {
        using var watch = new WatchProcess(clone);
        (await watch.NextVerdictAsync())["verdict"]!.GetValue<string>().Should().Be("notStarted");

        await File.WriteAllTextAsync(clone.Kata.AnswerFile, clone.Reference);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clone.Reference)));
        var verdict = await watch.NextVerdictAsync();
        while (verdict["answer"]!.GetValue<string>() != hash)
        {
            verdict = await watch.NextVerdictAsync();
        }

        verdict["verdict"]!.GetValue<string>().Should().Be("pass");
        watch.EndInput();
        (await watch.ExitCodeAsync()).Should().Be(0);
    }
}
