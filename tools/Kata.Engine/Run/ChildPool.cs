using Kata.Runner.Protocol;

namespace Kata.Engine.Run;

/// <summary>
/// Warm child processes. A child that had a clean run is used again; every other is ended and the spare, which
/// was started in the meantime, takes its place.
/// </summary>
/// <param name="settings">How children are started.</param>
/// <param name="keepSpare">Whether one waits in reserve.</param>
internal sealed class ChildPool(ChildSettings settings, bool keepSpare) : IAsyncDisposable
{
    /// <summary>What xunit remembers of every assembly it has seen is given back with the process.</summary>
    private const int MostRuns = 100;

    /// <summary>A child that holds more than this makes way for one that does not.</summary>
    private const long MostMemoryBytes = 160 * 1024 * 1024;

    private readonly Lock gate = new();

    /// <summary>Children that nobody uses, some still starting; the last one used is the last of the list.</summary>
    private readonly List<Task<ChildProcess>> available = [];
    private readonly CancellationTokenSource closing = new();
    private int started;

    /// <summary>How many processes were started since the beginning.</summary>
    public int Started => Volatile.Read(ref started);

    /// <summary>Starts a child ahead of its first use.</summary>
    public void Prepare()
    {
        lock (gate)
        {
            if (available.Count == 0)
            {
                available.Add(StartAsync());
            }
        }
    }

    /// <summary>A child for one run: the last one used, else the spare, else a new one.</summary>
    /// <param name="fresh">Whether it must not have run anything yet.</param>
    /// <param name="cancellation">Ends the waiting; the child is kept for the next.</param>
    public async Task<ChildProcess> RentAsync(bool fresh, CancellationToken cancellation)
    {
        var child = Take(fresh);
        try
        {
            return await child.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            PutBack(child);
            throw;
        }
    }

    /// <summary>Takes a child back after its run.</summary>
    /// <param name="child">The child.</param>
    /// <param name="report">How its run went; null when it was cancelled.</param>
    /// <param name="nextTests">The tests that the next run will most likely have; the spare gets ready for them, too.</param>
    public void Return(ChildProcess child, RunReport? report, TestsRequest? nextTests)
    {
        if (report is { IsClean: true, Done.MemoryBytes: < MostMemoryBytes } && child.Runs < MostRuns)
        {
            PutBack(Task.FromResult(child));
        }
        else
        {
            Task.Run(child.Dispose);
        }

        lock (gate)
        {
            // Not before the first run is over: until then the processors have better things to do.
            while (keepSpare && !closing.IsCancellationRequested && available.Count < 2)
            {
                available.Insert(0, StartAsync(nextTests));
            }
        }
    }

    /// <summary>Takes a child back that was not used.</summary>
    public void PutBack(Task<ChildProcess> child)
    {
        lock (gate)
        {
            if (!closing.IsCancellationRequested)
            {
                available.Add(child);
                return;
            }
        }

        _ = EndAsync(child);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        List<Task<ChildProcess>> left;
        lock (gate)
        {
            closing.Cancel();
            left = [.. available];
            available.Clear();
        }

        await Task.WhenAll(left.Select(EndAsync)).ConfigureAwait(false);
    }

    private Task<ChildProcess> Take(bool fresh)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
            var gone = available.Where(child => child.IsFaulted || (child.IsCompletedSuccessfully && child.Result.HasEnded)).ToList();
            gone.ForEach(child => available.Remove(child));
            var usable = available.FindLastIndex(child => child.IsCompletedSuccessfully && (!fresh || child.Result.Runs == 0));
            usable = usable >= 0 ? usable : available.FindIndex(child => !child.IsCompleted);
            if (usable < 0)
            {
                return StartAsync();
            }

            var found = available[usable];
            available.RemoveAt(usable);
            return found;
        }
    }

    private Task<ChildProcess> StartAsync(TestsRequest? tests = null)
    {
        Interlocked.Increment(ref started);
        return Task.Run(async () =>
        {
            var child = await ChildProcess.StartAsync(settings, closing.Token).ConfigureAwait(false);
            if (tests is not null)
            {
                child.Send(tests);
            }

            return child;
        });
    }

    private static async Task EndAsync(Task<ChildProcess> child)
    {
        try
        {
            (await child.ConfigureAwait(false)).Dispose();
        }
        catch (Exception exception) when (exception is OperationCanceledException or KataException)
        {
            // It never came to be.
        }
    }
}
