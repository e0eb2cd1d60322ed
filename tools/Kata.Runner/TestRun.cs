using Kata.Runner.Protocol;

namespace Kata.Runner;

/// <summary>One run: add the answer to its tests, execute, then look at what is left in the process.</summary>
internal static class TestRun
{
    /// <summary>Executes a request and returns its last message.</summary>
    /// <param name="request">The answer.</param>
    /// <param name="preparation">The tests that it names.</param>
    /// <param name="reports">Where its course is reported.</param>
    public static RunEnded Execute(RunRequest request, Preparation preparation, Reports reports)
    {
        var surroundings = Surroundings.Capture();
        var work = RunningWork.Capture();
        var changed = new List<SettingChange>();
        var sink = new RunSink(request.Nonce, reports, test => changed.AddRange(surroundings.Restore(test)));

        OwnThread.Run(() => LoadAndRun(request, preparation, sink));
        CollectWhatIsLeft();

        changed.AddRange(surroundings.Restore(test: null));
        var leftBehind = work.FindLeftBehind();
        return new RunEnded(
            request.Nonce,
            sink.Errors,
            leftBehind,
            changed,
            Clean: leftBehind.IsNothing && changed.Count == 0 && sink.Errors.Count == 0 && !work.HasNewTimers,
            Environment.WorkingSet);
    }

    private static void LoadAndRun(RunRequest request, Preparation preparation, RunSink sink)
    {
        var tests = preparation.Take(request.Answer, request.AnswerSymbols);
        try
        {
            using var scope = tests.Context.EnterContextualReflection();

            // Where many answers are checked, or a compiler has just started, no processor is idle.
            using var ahead = request.PrepareAgain ? new CompilingAhead(tests.TypesOfTests) : null;
            XunitRun.Execute(tests.Tests, tests.Cases, sink);
        }
        finally
        {
            tests.Context.Unload();
        }
    }

    /// <summary>A finalizer of the answer runs now, while the run can still answer for it, and not in the next one.</summary>
    private static void CollectWhatIsLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
