using System.Diagnostics;
using Kata.Tests.Support;

namespace Kata.Tests.Watch;

/// <summary>Ending from outside is a normal end: nothing is left running, nothing on the screen.</summary>
public class InterruptTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Theory, InlineData("INT"), InlineData("TERM")]
    public async Task A_signal_ends_watching_in_order(string signal)
    {
        using var watch = new WatchProcess(clone);
        await watch.NextVerdictAsync();

        using var kill = Process.Start("kill", [$"-{signal}", $"{watch.Id}"]);

        (await watch.ExitCodeAsync()).Should().Be(130);
    }
}
