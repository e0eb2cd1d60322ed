using Kata.Engine.Compile;

namespace Kata.Engine.Run;

/// <summary>
/// A child that is reserved for a check while its answer is still being compiled, and meanwhile prepares the tests.
/// It goes back to the pool unused, unless it is taken.
/// </summary>
internal sealed class Reservation : IDisposable
{
    private readonly ChildPool pool;
    private readonly Task<ChildProcess> child;
    private bool isTaken;

    /// <summary>Reserves.</summary>
    /// <param name="pool">Where the child comes from.</param>
    /// <param name="choosing">The tests, as soon as they are known.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Reservation(ChildPool pool, Task<ChosenTests> choosing, CancellationToken cancellation)
    {
        this.pool = pool;
        child = ReadyAsync(choosing, cancellation);
    }

    /// <summary>The child; whoever takes it returns it to the pool after its run.</summary>
    public Task<ChildProcess> TakeAsync()
    {
        isTaken = true;
        return child;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!isTaken)
        {
            _ = GiveBackAsync();
        }
    }

    private async Task<ChildProcess> ReadyAsync(Task<ChosenTests> choosing, CancellationToken cancellation)
    {
        var rented = await pool.RentAsync(fresh: false, cancellation).ConfigureAwait(false);

        // Why there are no tests, the check itself says.
        await ((Task)choosing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (choosing is { IsCompletedSuccessfully: true, Result.Library: { } tests })
        {
            rented.Send(tests.ToRequest());
        }

        return rented;
    }

    private async Task GiveBackAsync()
    {
        await ((Task)child).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (child.IsCompletedSuccessfully)
        {
            pool.PutBack(child);
        }
    }
}
