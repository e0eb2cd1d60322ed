namespace Kata.Runner;

/// <summary>A thread for each piece of work: nothing that an answer ties to its thread reaches the next run.</summary>
internal static class OwnThread
{
    /// <summary>Runs work to its end on a thread of its own.</summary>
    /// <exception cref="InvalidOperationException">The work threw; the message says what.</exception>
    public static void Run(Action work)
    {
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
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
}
