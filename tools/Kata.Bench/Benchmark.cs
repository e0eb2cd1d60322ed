using System.Diagnostics;
using Kata.Engine.Catalogue;

namespace Kata.Bench;

/// <summary>Measures one thing after the other, each as a user meets it.</summary>
/// <param name="plan">How much.</param>
/// <param name="numbers">The katas that are edited.</param>
/// <param name="report">Where figures go.</param>
internal sealed class Benchmark(Plan plan, IReadOnlyList<int> numbers, Report report)
{
    /// <summary>Saves that are not counted: each kind, written in both ways.</summary>
    private const int WarmUpSaves = 2 * Edits.Kinds;

    private const int MostMegabytes = 350;
    private static readonly TimeSpan TimeForHints = TimeSpan.FromSeconds(2);

    /// <summary>Measures everything.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var clone = new TemporaryClone(Repository.Find(Environment.CurrentDirectory));
        report.Begin(clone.Commit);
        var katas = numbers.Take(plan.Katas).Select(number => clone.Catalogue.Find($"{number}", clone.Repository.Root)).ToList();
        MeasureFirstRun(clone);
        MeasureList(clone, "kata list", atMost: 200);
        MeasureColdChecks(clone, katas);
        MeasureAll(clone);
        foreach (var kata in katas)
        {
            await MeasureSavesAsync(clone, kata, cancellation);
        }

        await MeasureMemoryAsync(clone, katas[0], cancellation);
        MeasureGrowingCatalogue(clone, katas[0]);
    }

    private void MeasureFirstRun(TemporaryClone clone)
    {
        Report.Tell("first run on a clean clone");
        var first = clone.RunTool(0, "list");
        report.Add(new Figure("first run on a clean clone", first.Milliseconds / 1000, "s") { Note = "restores and builds the tool; packages that the machine has are not fetched again" });
    }

    private void MeasureList(TemporaryClone clone, string name, double? atMost)
    {
        var times = Enumerable.Range(0, plan.Starts).Select(_ => clone.RunTool(0, "list").Milliseconds).ToList();
        report.AddTimes(name, times, atMost, atMost);
    }

    private void MeasureColdChecks(TemporaryClone clone, IReadOnlyList<KataEntry> katas)
    {
        Report.Tell("kata check, from its start");
        List<double> first = [], later = [];
        foreach (var kata in katas)
        {
            var edits = new Edits(kata);
            first.Add(Check(edits.Next()));
            later.AddRange(Enumerable.Range(0, plan.Starts).Select(_ => Check(edits.Next())));
        }

        report.AddTimes("kata check N cold, first time for a kata", first, 1000, 1000, "compiles its tests as well");
        report.AddTimes("kata check N cold", later, 1000, 1000);

        double Check(Edit edit)
        {
            edit.Save();
            return clone.RunTool(edit.Verdict == "pass" ? 0 : 1, "check", $"{edit.Kata.Number}").Milliseconds;
        }
    }

    private void MeasureAll(TemporaryClone clone)
    {
        Report.Tell("kata check --all --answers solutions");
        var perKata = new List<double>();
        for (var run = 0; run < 3; run++)
        {
            var all = clone.RunTool(0, "check", "--all", "--answers", "solutions");
            perKata.Add((all.Milliseconds - all.Lines[0].Milliseconds) / (clone.Catalogue.Katas.Count - 1));
        }

        report.Add(new Figure("check --all, each reference after the first", perKata[1..].Percentile(50), "ms") { AtMost = 120, Note = $"{clone.Catalogue.Katas.Count} katas" });
        report.Add(new Figure("check --all, the same when it is done first", perKata[0], "ms") { AtMost = 120, Note = "compiles the tests as well" });
    }

    private async Task MeasureSavesAsync(TemporaryClone clone, KataEntry kata, CancellationToken cancellation)
    {
        var name = $"{kata.Folder[..3]}";
        var edits = new Edits(kata);
        Report.Tell($"{name}: kata watch");
        var saves = new List<double>();
        using (var watch = await KataWatch.StartAsync(clone, kata, cancellation))
        {
            for (var save = 0; save < WarmUpSaves + plan.Saves; save++)
            {
                saves.Add(await watch.SaveAsync(edits.Next(), cancellation));
            }
        }

        var counted = saves[WarmUpSaves..];
        report.AddTimes($"{name} save to verdict", counted, 60, 150);

        Report.Tell($"{name}: dotnet test");
        var tests = Enumerable.Range(0, 1 + plan.TestRuns).Select(_ => TestOnce(clone, edits.Next())).Skip(1).ToList();
        report.AddTimes($"{name} dotnet test tests -p:Kata={kata.Number}", tests);
        report.Add(new Figure($"{name} dotnet test / save to verdict, p50", tests.Percentile(50) / counted.Percentile(50), "times") { AtLeast = 50 });
        report.Add(new Figure($"{name} dotnet test / save to verdict, p95", tests.Percentile(95) / counted.Percentile(95), "times"));

        Report.Tell($"{name}: dotnet watch test");
        await MeasureDotnetWatchAsync(clone, kata, edits, counted.Percentile(50), cancellation);
    }

    private static double TestOnce(TemporaryClone clone, Edit edit)
    {
        edit.Save();
        var ended = clone.Run("dotnet", "test", "tests", $"-p:Kata={edit.Kata.Number}");
        return ended.ExitCode == 0 == (edit.Verdict == "pass")
            ? ended.Milliseconds
            : throw new BenchmarkException($"dotnet test and kata disagree on kata {edit.Kata.Number}, where the verdict is {edit.Verdict}:\n{ended.Errors}{string.Join('\n', ended.Lines.Select(line => line.Text))}");
    }

    private async Task MeasureDotnetWatchAsync(TemporaryClone clone, KataEntry kata, Edits edits, double saveToVerdict, CancellationToken cancellation)
    {
        var name = $"{kata.Folder[..3]} dotnet watch test";
        using var watch = new DotnetWatch(clone, kata);
        var times = new List<double>();
        var works = await watch.EndOfRunAsync(cancellation) is not null;
        while (works && times.Count < plan.TestRuns)
        {
            watch.ForgetEnds();
            edits.Next().Save();
            var saved = Stopwatch.GetTimestamp();
            if (await watch.EndOfRunAsync(cancellation) is { } ended)
            {
                times.Add(Stopwatch.GetElapsedTime(saved, ended).TotalMilliseconds);
            }
            else
            {
                works = false;
            }
        }

        if (!works)
        {
            report.Add(new Figure(name, null, "ms") { Note = $"it does not work here: no end of a run; its last line is: {watch.LastLine}" });
            return;
        }

        report.AddTimes(name, times);
        report.Add(new Figure($"{name} / save to verdict, p50", times.Percentile(50) / saveToVerdict, "times"));
    }

    private async Task MeasureMemoryAsync(TemporaryClone clone, KataEntry kata, CancellationToken cancellation)
    {
        Report.Tell($"memory after {plan.EarlySaves} and {plan.LateSaves} saves");
        var edits = new Edits(kata);
        double early = 0, most = 0, late = 0, resident = 0;
        using var watch = await KataWatch.StartAsync(clone, kata, cancellation);
        for (var save = 1; save <= plan.LateSaves; save++)
        {
            await watch.SaveAsync(edits.Next(), cancellation);
            if (save % plan.EarlySaves == 0)
            {
                // The children that look for hints are part of it while they live; two moments are compared when they are gone.
                most = Math.Max(most, ProcessMemory.Megabytes(watch.Process));
                await Task.Delay(TimeForHints, cancellation);
                late = ProcessMemory.Megabytes(watch.Process);
                resident = ProcessMemory.ResidentMegabytes(watch.Process);
                most = Math.Max(most, late);
                early = early == 0 ? late : early;
            }
        }

        report.Add(new Figure($"memory after {plan.EarlySaves} saves, tool and children", early, "MB") { AtMost = MostMegabytes });
        report.Add(new Figure($"memory after {plan.LateSaves} saves, tool and children", late, "MB") { AtMost = MostMegabytes });
        report.Add(new Figure($"most memory seen, every {plan.EarlySaves} saves", most, "MB") { AtMost = MostMegabytes, Note = "also while hints are looked for" });
        report.Add(new Figure($"memory after {plan.LateSaves} saves, resident", resident, "MB") { Note = "with each shared page counted in each process" });
        report.Add(new Figure($"memory after {plan.LateSaves} saves / after {plan.EarlySaves}", late / early, "times") { AtMost = 1.2 });
    }

    private void MeasureGrowingCatalogue(TemporaryClone clone, KataEntry model)
    {
        foreach (var (size, atMost) in new[] { (plan.SyntheticKatas / 10, (double?)null), (plan.SyntheticKatas, plan.IsQuick ? null : 1000) })
        {
            Report.Tell($"catalogue of {size:N0} katas");
            SyntheticCatalogue.Grow(clone, model, size);
            MeasureList(clone, $"kata list, {size:N0} katas", atMost);
        }
    }
}
