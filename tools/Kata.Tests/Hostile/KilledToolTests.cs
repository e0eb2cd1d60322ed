using System.Diagnostics;
using Kata.Tests.Support;
using Kata.Tests.Watch;

namespace Kata.Tests.Hostile;

/// <summary>
/// <c>kill -9</c> of the tool, at whatever moment: its children end with it, and the next start finds nothing that is half
/// written.
/// </summary>
public class KilledToolTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    [Fact]
    public async Task While_it_starts()
    {
        using (var watch = new WatchProcess(clone))
        {
            await KillAsync(watch);
        }

        await TheNextCheckIsRightAsync();
    }

    [Fact]
    public async Task While_an_answer_runs_for_ever()
    {
        var sign = Path.Combine(clone.Repository.Root, "begun");
        var hanging = clone.Reference.WithBody("ScoreVariance", $"System.IO.File.WriteAllText(@\"{sign}\", \"\"); while (true) {{ }}");
        using var begun = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(clone.Repository.Root, "begun");
        watcher.Created += (_, _) => begun.Release();
        watcher.EnableRaisingEvents = true;
        using var watch = new WatchProcess(clone);
        await watch.NextVerdictAsync();

        await File.WriteAllTextAsync(clone.Kata.AnswerFile, hanging);
        (await begun.WaitAsync(WatchedClone.Patience)).Should().BeTrue("the run begins");
        await KillAsync(watch);

        await TheNextCheckIsRightAsync();
    }

    [Fact]
    public async Task Right_after_each_of_many_verdicts_while_they_are_kept_and_hints_are_looked_for()
    {
        for (var round = 0; round < 5; round++)
        {
            using var watch = new WatchProcess(clone);
            await watch.NextVerdictAsync();
            await File.WriteAllTextAsync(clone.Kata.AnswerFile, $"{clone.Reference.Replace("/ Math.Sqrt(queries.ColumnCount)", "/ queries.ColumnCount")}// {round}");
            await watch.NextVerdictAsync();
            await KillAsync(watch);
        }

        await TheNextCheckIsRightAsync();
    }

    /// <summary>Every part of a whole check is met: each process is killed a little later than the one before.</summary>
    [Fact]
    public async Task At_any_moment_of_a_check()
    {
        await File.WriteAllTextAsync(clone.Kata.AnswerFile, clone.Reference);
        var tool = new RealTool(clone.Repository);
        var start = tool.StartInfo("dotnet", "exec", BuiltTool.Program, "check", "55", "--json");
        var whole = Stopwatch.StartNew();
        await tool.CheckAsync();
        var step = whole.Elapsed / 30;
        var moment = TimeSpan.Zero;
        while (true)
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            if (process.WaitForExit(moment))
            {
                break;
            }

            process.Kill();
            await process.WaitForExitAsync();
            moment += step;
        }

        moment.Should().BePositive("some were killed");
        await TheNextCheckIsRightAsync();
    }

    private static async Task KillAsync(WatchProcess watch)
    {
        var children = watch.Children();
        watch.KillAlone();
        await watch.ExitCodeAsync();
        foreach (var child in children)
        {
            await child.WaitForExitAsync().WaitAsync(WatchedClone.Patience);
            child.Dispose();
        }
    }

    private async Task TheNextCheckIsRightAsync()
    {
        await File.WriteAllTextAsync(clone.Kata.AnswerFile, clone.Reference);
        var (verdict, errors) = await new RealTool(clone.Repository).CheckAsync();
        verdict["verdict"]!.GetValue<string>().Should().Be("pass");
        errors.Should().BeEmpty();
    }
}
