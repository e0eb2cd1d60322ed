namespace Kata.Cli;

/// <summary>What <c>kata</c> tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done; for a check: every test passed.</summary>
    public const int Passed = 0;

    /// <summary>Done, with a result that is not what it should be: a test did not pass, an answer was left out.</summary>
    public const int DidNotPass = 1;

    /// <summary>Nothing was done: the command line or a file it names must be put right first.</summary>
    public const int CannotRun = 2;

    /// <summary>Stopped by the user.</summary>
    public const int Interrupted = 130;

    /// <summary>The tool is older than its sources: its launcher builds it and calls again.</summary>
    public const int OutOfDate = 85;
}
