using System.Diagnostics;
using System.Security.Cryptography;
using Kata.Engine.Catalogue;
using Kata.Engine.Compile;
using Kata.Engine.Run;
using Kata.Runner.Protocol;

namespace Kata.Engine.Verdicts;

/// <summary>
/// Checks answers: compiles them in this process, runs their tests in a warm child. Keeps what only has to be
/// done once; may be called from several threads.
/// </summary>
public sealed class Checker : IAnswerChecker
{
    private readonly CheckerOptions options;
    private readonly CheckCompiler compiler;
    private readonly ChildPool children;
    private readonly SemaphoreSlim places;

    /// <summary>Prepares for checks in a clone: the first child process starts at once, and what all answers are compiled with is read.</summary>
    /// <param name="repository">The clone.</param>
    /// <param name="options">How to check; null for the usual way.</param>
    public Checker(Repository repository, CheckerOptions? options = null)
    {
        this.options = options ?? new CheckerOptions();
        compiler = new CheckCompiler(repository, onAllProcessors: this.options.Workload == Workload.OneCheck);
        Inspector = new AnswerInspector(compiler);
        places = new SemaphoreSlim(this.options.Parallelism);
        children = new ChildPool(new ChildSettings(Path.Combine(repository.State, "run"), this.options.MemoryBytes), keepSpare: this.options.Workload != Workload.OneCheck);
        children.Prepare();
        _ = Task.Run(compiler.Prepare);
    }

    /// <summary>How many child processes were started until now: few, as long as answers behave.</summary>
    public int ChildrenStarted => children.Started;

    /// <summary>Tells what the compiler knows of an answer; of one that was just checked, at once.</summary>
    public AnswerInspector Inspector { get; }

    /// <summary>Checks one answer. Cancelling ends a run under way at once.</summary>
    /// <exception cref="KataException">The check itself cannot be done: no tests, a tool that is not built completely.</exception>
    public async Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation = default)
    {
        var total = Stopwatch.StartNew();
        await places.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var choosing = compiler.ChooseAsync(request, cancellation);
            using var reservation = new Reservation(children, choosing, cancellation);
            var compiled = await Task.Run(() => compiler.CompileAsync(request, choosing, cancellation), cancellation).ConfigureAwait(false);
            var compileTime = total.Elapsed;
            if (compiled.Problem is not null)
            {
                return Judgement.OfCompilation(request, compiled, new Timing(compileTime.TotalMilliseconds, 0, total.Elapsed.TotalMilliseconds));
            }

            var before = DataFiles(compiled);
            var report = await RunAsync(request, compiled, reservation, cancellation).ConfigureAwait(false);
            var runTime = total.Elapsed - compileTime;
            var vanished = before.Where(file => !File.Exists(file)).Select(file => Path.GetRelativePath(request.Kata.Repository.Root, file)).ToList();
            return Judgement.OfRun(
                request, compiled, report, vanished, options,
                new Timing(compileTime.TotalMilliseconds, runTime.TotalMilliseconds, total.Elapsed.TotalMilliseconds));
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>
    /// SHA-256 over all that a verdict depends on: answer, tests with their data, test support, references and
    /// the build of the tool. Null when the answer cannot be read, for then there is no content.
    /// </summary>
    public Task<string?> ContentKeyAsync(CheckRequest request, CancellationToken cancellation = default) =>
        compiler.ContentKeyAsync(request, cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await children.DisposeAsync().ConfigureAwait(false);
        places.Dispose();
    }

    private static List<string> DataFiles(CompiledCheck compiled) => [.. compiled.Sources.DataFiles];

    /// <summary>
    /// A process that ends in a reused child may have been broken by an earlier answer: a fresh child decides,
    /// so that nobody is blamed for somebody else's leftovers.
    /// </summary>
    private async Task<RunReport> RunAsync(CheckRequest request, CompiledCheck compiled, Reservation reservation, CancellationToken cancellation)
    {
        var report = await RunOnceAsync(request, compiled, reservation.TakeAsync(), cancellation).ConfigureAwait(false);
        return report is { End: RunEnd.Exited or RunEnd.ProtocolBroken, WasFirstOfProcess: false }
            ? await RunOnceAsync(request, compiled, children.RentAsync(fresh: true, cancellation), cancellation).ConfigureAwait(false)
            : report;
    }

    private async Task<RunReport> RunOnceAsync(CheckRequest request, CompiledCheck compiled, Task<ChildProcess> renting, CancellationToken cancellation)
    {
        var child = await renting.ConfigureAwait(false);
        RunReport? report = null;
        try
        {
            var tests = compiled.Tests!.ToRequest();
            child.Send(tests);
            var run = new RunRequest(
                Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
                tests.Key, compiled.Answer!.Assembly!, compiled.Answer.Symbols, PrepareAgain: options.Workload == Workload.OneKata);
            return report = await child.RunAsync(run, request.TimeLimit ?? options.TimeLimit, request.TestBegins is { } tell ? name => tell(Judgement.Short(name)) : null, cancellation).ConfigureAwait(false);
        }
        finally
        {
            children.Return(child, report, options.Workload == Workload.OneKata ? compiled.Tests!.ToRequest() : null);
        }
    }
}
