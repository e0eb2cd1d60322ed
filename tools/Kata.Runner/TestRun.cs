using System.Runtime.CompilerServices;
using Kata.Runner.Protocol;

namespace Kata.Runner;

/// <summary>One run: load, discover, execute, then look at what is left in the process.</summary>
internal static class TestRun
{
    /// <summary>Executes a request and returns its last message.</summary>
    public static RunEnded Execute(RunRequest request, Action<RunEvent> report)
    {
        var surroundings = Surroundings.Capture();
        var work = RunningWork.Capture();
        var changed = new List<SettingChange>();
        var sink = new RunSink(request.Nonce, report, test => changed.AddRange(surroundings.Restore(test)));

        RunOnOwnThread(request, sink);
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

    /// <summary>A thread for each run: nothing that an answer ties to its thread reaches the next run.</summary>
    private static void RunOnOwnThread(RunRequest request, RunSink sink)
    {
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                LoadAndRun(request, sink);
            }
            catch (Exception exception)
            {
                error = exception;
            }
        })
        { Name = "tests" };
        thread.Start();
        thread.Join();
        if (error is not null)
        {
            throw new InvalidOperationException($"The tests could not be run: {error.Message}", error);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoadAndRun(RunRequest request, RunSink sink)
    {
        var context = new AnswerContext();
        try
        {
            context.Load(request.Answer, request.AnswerSymbols);
            var tests = context.Load(request.Tests, request.TestSymbols);

            // xunit finds the types that attributes name by Assembly.Load, which must look here.
            using var scope = context.EnterContextualReflection();
            XunitRun.Execute(tests, sink);
        }
        finally
        {
            context.Unload();
        }
    }

    /// <summary>A finalizer of the answer runs now, while the run can still answer for it, and not in the next one.</summary>
    private static void CollectWhatIsLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
